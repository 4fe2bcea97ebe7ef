using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Execution;

/// <summary>Awaits something that is not the engine's, and notes on which side of the turn its code then runs.</summary>
[Workflow("foreign")]
[AllowNondeterminism("It breaks the rules on purpose: the tests are about what happens then.")]
public sealed class ForeignWorkflow : Workflow<string, int>
{
    public static TaskCompletionSource Outside { get; set; } = new();

    /// <summary>What the code did after the foreign await; nothing may be.</summary>
    public static List<string> Ran { get; } = [];

    /// <summary>The thread that takes the turn.</summary>
    public static int TurnThread { get; set; }

    public override async Task<int> RunAsync(string input)
    {
        TurnThread = Environment.CurrentManagedThreadId;
        switch (input)
        {
            case "delay":
                // By its full name, since tests of ours never sleep: this one does so on behalf of a user.
                await System.Threading.Tasks.Task.Delay(100);
                break;
            case "run":
                using (var gate = new ManualResetEventSlim())
                {
                    var work = Task.Run(() => gate.Wait(TimeSpan.FromSeconds(10)));
                    gate.Set();
                    await Task.WhenAll(work, Outside.Task);
                }

                break;
            case "completion":
                await Outside.Task;
                break;
            case "any":
                await Task.WhenAny(Context.DelayAsync(TimeSpan.FromHours(1)), Outside.Task);
                break;
            case "leave":
                await Context.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                Note("resumed");
                await Context.DelayAsync(TimeSpan.FromSeconds(1));
                break;
            case "leave-and-end":
                await Context.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                Note("resumed");
                return 1;
            case "helper":
                await HelperAsync().ConfigureAwait(false);
                await Context.DelayAsync(TimeSpan.FromSeconds(1));
                break;
            case "source":
                using (var source = new CancellationTokenSource())
                {
                    _ = Outside.Task.ContinueWith(_ => source.Cancel(), TaskScheduler.Default);
                    await Context.DelayAsync(TimeSpan.FromHours(1), source.Token);
                }

                break;
            case "thread":
                var thread = new Thread(() => Record.Exception(() => Context.UtcNow));
                thread.Start();
                thread.Join();
                await Context.DelayAsync(TimeSpan.FromHours(1));
                break;
        }

        lock (Ran) Ran.Add("after");
        return 0;
    }

    private static void Note(string what)
    {
        lock (Ran) Ran.Add(Environment.CurrentManagedThreadId == TurnThread ? what : what + " elsewhere");
    }

    private async Task HelperAsync()
    {
        await Context.DelayAsync(TimeSpan.FromSeconds(1));
    }
}

/// <summary>One test at a time: the workflow's notes are static.</summary>
public class ForeignAwaitTests
{
    public ForeignAwaitTests()
    {
        ForeignWorkflow.Outside = new();
        lock (ForeignWorkflow.Ran) ForeignWorkflow.Ran.Clear();
    }

    [Theory]
    [InlineData("delay")]
    [InlineData("run")]
    [InlineData("completion")]
    [InlineData("any")]
    [InlineData("source")]
    public async Task ForeignAwait_ResumedFromOutside_StallsAndRunsNoCode(string kind)
    {
        var run = new Harness(typeof(ForeignWorkflow));
        var disturbed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        run.Run.Disturbed = disturbed.SetResult;
        run.Start(kind);
        _ = Task.Run(ForeignWorkflow.Outside.SetResult);
        await disturbed.Task.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(WorkflowStatus.Running, run.Run.Status);
        Assert.Empty(run.Advance().Events);
        Assert.Equal(FaultCodes.ForeignAwait, run.Run.Stall?.Code);
        Assert.Contains("Await only what comes from Context", run.Run.Stall?.Message, StringComparison.Ordinal);
        lock (ForeignWorkflow.Ran) Assert.Empty(ForeignWorkflow.Ran);
        Assert.Null(run.Run.NextWakeAt);
        Assert.False(run.Run.IsRunnable);
    }

    [Fact]
    public void ConfigureAwaitFalse_OnTheEnginesOwn_RunsWithinTheTurnAndStallsAtTheNextCommand()
    {
        var run = new Harness(typeof(ForeignWorkflow));
        run.Start("leave");
        ForeignWorkflow.TurnThread = Environment.CurrentManagedThreadId;
        run.Pass(TimeSpan.FromSeconds(1));
        lock (ForeignWorkflow.Ran) Assert.Equal(["resumed"], ForeignWorkflow.Ran);
        Assert.Equal(FaultCodes.ForeignAwait, run.Run.Stall?.Code);
        Assert.Contains("ConfigureAwait(false)", run.Run.Stall?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConfigureAwaitFalse_BeforeTheEnd_EndsTheRunAsUsual()
    {
        var run = new Harness(typeof(ForeignWorkflow));
        run.Start("leave-and-end");
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1, run.Result<int>());
        lock (ForeignWorkflow.Ran) Assert.Equal(["resumed"], ForeignWorkflow.Ran);
    }

    [Fact]
    public async Task ConfigureAwaitFalse_OnAHelper_Stalls()
    {
        var run = new Harness(typeof(ForeignWorkflow));
        var disturbed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        run.Run.Disturbed = disturbed.SetResult;
        run.Start("helper");
        run.Pass(TimeSpan.FromSeconds(1));
        await disturbed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        run.Advance();
        Assert.Equal(FaultCodes.ForeignAwait, run.Run.Stall?.Code);
    }

    [Fact]
    public void Context_OnAnotherThread_ThrowsAndStalls()
    {
        var run = new Harness(typeof(ForeignWorkflow));
        run.Start("thread");
        run.Advance();
        Assert.Equal(FaultCodes.ForeignAwait, run.Run.Stall?.Code);
    }

    [Fact]
    public async Task Advance_UnderASynchronizationContextAndAScheduler_KeepsCodeOffBoth()
    {
        var pair = new ConcurrentExclusiveSchedulerPair();
        var run = await Task.Factory.StartNew(
            static () =>
            {
                var outer = SynchronizationContext.Current;
                SynchronizationContext.SetSynchronizationContext(new RefusingContext());
                try
                {
                    var harness = Harness.Of<SequenceWorkflow>("tea");
                    harness.Complete(1, 1);
                    harness.Pass(TimeSpan.FromHours(1));
                    harness.Complete(3);
                    Assert.IsType<RefusingContext>(SynchronizationContext.Current);
                    return harness;
                }
                finally
                {
                    SynchronizationContext.SetSynchronizationContext(outer);
                }
            },
            CancellationToken.None, TaskCreationOptions.None, pair.ExclusiveScheduler);
        Assert.Equal("tea:1", run.Result<string>());
    }

    [Fact]
    public void Stalled_ByForeignAwait_GoesOnAfterReload()
    {
        var run = new Harness(typeof(ForeignWorkflow));
        run.Start("leave");
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkflowStatus.Stalled, run.Run.Status);
        Assert.IsType<AdvanceTime>(Assert.Single(run.Advance(AdvanceTime.Instance).Refused));
        Assert.Equal(FaultCodes.ForeignAwait, run.Reload().Stall?.Code);
    }

    private sealed class RefusingContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new InvalidOperationException("posted");

        public override void Send(SendOrPostCallback d, object? state) => throw new InvalidOperationException("sent");
    }
}
