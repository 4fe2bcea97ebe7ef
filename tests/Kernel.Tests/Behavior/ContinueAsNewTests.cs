using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

public class ContinueAsNewTests
{
    public sealed class Loop : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            await Context.DelayAsync(TimeSpan.FromSeconds(1));
            return input == 0 ? 42 : throw Context.ContinueAsNew(input - 1);
        }
    }

    public sealed class ToUnknown : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => throw Context.ContinueAsNew("not-there", input);
    }

    [Workflow("not-there")]
    public sealed class Later : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => Task.FromResult(input);
    }

    public sealed class Waits : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input) =>
            await Context.WhenAsync(() => false, TimeSpan.FromSeconds(input)) ? "held" : $"late at {Context.HistoryLength}";
    }

    public sealed class Shielded : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            try
            {
                await Context.DelayAsync(TimeSpan.FromDays(1));
                return "no";
            }
            catch (Canceled)
            {
                await Context.DetachedAsync(() => Context.DelayAsync(TimeSpan.FromSeconds(5)));
                return "cleaned up";
            }
        }
    }

    public sealed class Scoped : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            using var scope = Context.CreateScope();
            var inner = scope.RunAsync(() => Context.DelayAsync(TimeSpan.FromDays(1)));
            await Context.DelayAsync(TimeSpan.FromSeconds(1));
            scope.Cancel();
            try
            {
                await inner;
                return "no";
            }
            catch (Canceled)
            {
                return $"inner canceled, run: {Context.CancellationToken.IsCancellationRequested}";
            }
        }
    }

    public sealed class CriticalSection : Workflow<int, string>
    {
        private readonly WorkflowMutex _mutex = new();
        private readonly WorkflowChannel<string> _channel = new(2);
        private int _inside;

        public override async Task<string> RunAsync(int input)
        {
            var all = Enumerable.Range(0, input).Select(OneAsync).ToList();
            var read = new List<string>();
            while (read.Count < input) read.Add(await _channel.ReadAsync());
            await WorkflowTasks.WhenAll(all);
            return string.Join(",", read);
        }

        private async Task OneAsync(int number)
        {
            using (await _mutex.LockAsync())
            {
                if (++_inside > 1) throw new ApplicationFailure("two are inside");
                await Context.DelayAsync(TimeSpan.FromSeconds(10 - number));
                _inside--;
            }

            await _channel.WriteAsync($"{number}");
        }
    }

    [Fact]
    public void ContinueAsNew_SameType_OneEventSaysAllOfTheNextRun()
    {
        var harness = Harness.Of<Loop>(2);
        harness.Pass(TimeSpan.FromSeconds(1));
        var next = Assert.IsType<RunContinuedAsNew>(harness.Run.ClosingEvent);
        Assert.True(harness.Run.Owes);
        var successor = harness.Run.Successor();
        Assert.Equal((next.NewRunId, Harness.RunId, Harness.RunId),
            (successor.RunId, successor.ContinuedFrom, successor.FirstRun));
        Assert.Equal(successor, harness.Reload().Successor());
    }

    [Fact]
    public void ContinueAsNew_LateStimuli_AreHandedBack()
    {
        var harness = Harness.Of<Loop>(1);
        harness.Now += TimeSpan.FromSeconds(1);
        var cancel = new RequestCancel("late", null);
        var turn = harness.Advance(AdvanceTime.Instance, cancel);
        Assert.Same(cancel, Assert.Single(turn.Late));
    }

    [Fact]
    public void ContinueAsNew_UnknownType_StallsNamesItAndGoesOnOnceItIsThere()
    {
        var harness = Harness.Of<ToUnknown>(5);
        Assert.Equal(FaultCodes.UnknownWorkflowType, harness.Run.Stall!.Code);
        Assert.Contains("'not-there'", harness.Run.Stall.Message, StringComparison.Ordinal);
        harness.Reload(harness.Settings with { Workflows = new WorkflowCatalog([typeof(ToUnknown), typeof(Later)]) });
        harness.Advance(AdvanceTime.Instance);
        Assert.Equal("not-there", Assert.IsType<RunContinuedAsNew>(harness.Run.ClosingEvent).WorkflowType);
    }

    [Fact]
    public void WhenAsync_TimeoutWins_IsFalse()
    {
        var harness = Harness.Of<Waits>(3);
        harness.Pass(TimeSpan.FromSeconds(3));
        Assert.StartsWith("late", harness.Result<string>(), StringComparison.Ordinal);
        Assert.True(harness.Reload().IsClosed);
    }

    [Fact]
    public void DetachedScope_RunIsCanceled_CleansUp()
    {
        var harness = Harness.Of<Shielded>(0);
        harness.Advance(new RequestCancel(null, null));
        Assert.False(harness.Run.IsClosed);
        harness.Reload();
        harness.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal("cleaned up", harness.Result<string>());
    }

    [Fact]
    public void LinkedScope_CanceledByCode_CancelsOnlyWhatRunsInIt()
    {
        var harness = Harness.Of<Scoped>(0);
        harness.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("inner canceled, run: False", harness.Result<string>());
    }

    [Fact]
    public void CriticalSection_ManyWait_EnterInOrder()
    {
        var harness = Harness.Of<CriticalSection>(4);
        for (var i = 0; i < 4; i++)
        {
            harness.Pass(TimeSpan.FromSeconds(10));
            harness.Reload();
        }

        Assert.Equal("0,1,2,3", harness.Result<string>());
    }
}
