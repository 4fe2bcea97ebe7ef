using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Can be made to spin in its run, a handler, a query or a validator, until it is released.</summary>
[Workflow("dervish")]
[AllowNondeterminism("Breaks the rules on purpose: the silo's watch over code is what is tested.")]
public sealed class Dervish : Workflow<int, int>
{
    private static volatile string? _where;
    private static int _spinning;
    private int _heard;

    /// <summary>Where it spins; null: nowhere.</summary>
    public static string? Where
    {
        get => _where;
        set => _where = value;
    }

    /// <summary>How many threads are at it.</summary>
    public static int Spinning => Volatile.Read(ref _spinning);

    [Query]
    public int Heard => _heard;

    [Query]
    public int Ask()
    {
        Spin("query");
        return _heard;
    }

    [Signal]
    public void Hear()
    {
        Spin("signal");
        _heard++;
    }

    [UpdateValidator("Add")]
    public void MayAdd(int number) => Spin("validator");

    [Update]
    public int Add(int number)
    {
        Spin("update");
        return _heard += number;
    }

    public override async Task<int> RunAsync(int input)
    {
        Spin("run");
        await Context.WhenAsync(() => _heard >= input);
        Spin("run later");
        return _heard;
    }

    private static void Spin(string where)
    {
        if (_where != where) return;
        Interlocked.Increment(ref _spinning);
        while (_where == where) Thread.SpinWait(100);
        Interlocked.Decrement(ref _spinning);
    }
}

/// <summary>Code that goes on for ever where no turn of its own history is to blame. One test at a time: the switch is
/// static.</summary>
public sealed class EndlessCodeTests : IAsyncLifetime, IDisposable
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly LogLines _log = new();

    // Only what spins outlasts the limit, as time stands still for all other code, however slow the machine.
    private readonly ManualTimeProvider _watch = new();

    public Task InitializeAsync() => StopSpinningAsync();

    // The next test may make it spin at the same place: a thread that had not looked meanwhile would go on with that.
    public Task DisposeAsync() => StopSpinningAsync();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Query_ThatNeverEnds_FailsAndTheRunGoesOnWithoutIt()
    {
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Dervish>("q");
        await workflow.StartAsync(2);
        await workflow.SignalAsync(w => w.Hear());
        Dervish.Where = "query";
        var failed = await Assert.ThrowsAsync<QueryFailed>(() => OutlastedAsync(workflow.QueryAsync(w => w.Ask())));
        Assert.Contains("'Ask' did not end within", failed.Message, StringComparison.Ordinal);
        Assert.Equal(1, Dervish.Spinning);
        Assert.True(_log.Has("query 'Ask' of workflow q (dervish)"));
        await Assert.ThrowsAsync<QueryFailed>(() => workflow.QueryAsync(w => w.Ask()));
        Assert.Equal(1, Dervish.Spinning); // a second thread is not given to it

        // While it still spins.
        Assert.Equal(1, await workflow.QueryAsync(w => w.Heard));
        Assert.Null((await workflow.DescribeAsync()).Stall);
        await workflow.SignalAsync(w => w.Hear());
        Assert.Equal(2, await workflow.GetResultAsync());
        await Assert.ThrowsAsync<QueryFailed>(() => workflow.QueryAsync(w => w.Ask())); // of the closed run too
        Assert.Equal(1, Dervish.Spinning);
        Dervish.Where = null;
        await Eventually.EventuallyAsync(() => Dervish.Spinning == 0, "it ends");
        await Eventually.EventuallyAsync(
            async () => await AnswerAsync(workflow), static answer => answer == 2, "the query is allowed again");
    }

    [Fact]
    public async Task Query_OfAClosedRunThatNeverEnds_FailsAndOthersAreAnswered()
    {
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Dervish>("c");
        Assert.Equal(0, await workflow.ExecuteAsync(0));
        Dervish.Where = "query";
        await Assert.ThrowsAsync<QueryFailed>(() => OutlastedAsync(workflow.QueryAsync(w => w.Ask())));
        Assert.Equal(0, await workflow.QueryAsync(w => w.Heard));
    }

    private static async Task<int> AnswerAsync(IWorkflowHandle<Dervish> workflow)
    {
        try
        {
            return await workflow.QueryAsync(w => w.Ask());
        }
        catch (QueryFailed)
        {
            return -1;
        }
    }

    [Fact]
    public async Task Replay_ThatHoldsItsThread_IsReportedMarkedAndGoesOn()
    {
        await using (var before = await StartAsync()) await before.Client.GetWorkflow<Dervish>("r").StartAsync(1);
        Dervish.Where = "run";
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Dervish>("r");
        var heard = workflow.SignalAsync(w => w.Hear());
        await WatchUntilAsync(() => IsMarkedAsync("r"), "the replay is marked");
        Assert.True(_log.Has("a replay of workflow r (dervish) has held its thread"));
        Dervish.Where = null;
        await heard;
        Assert.Equal(1, await workflow.GetResultAsync());
        Assert.Equal(RunState.Closed, (await _store.FindAsync(new WorkflowKey("r")))!.Summary.State);
    }

    [Fact]
    public async Task Replay_ThatHeldItsThread_OfARunThatWaitsAgain_IsNotLeftStalled()
    {
        await using (var before = await StartAsync()) await before.Client.GetWorkflow<Dervish>("w").StartAsync(2);
        Dervish.Where = "run";
        await using var silo = await StartAsync();
        var heard = silo.Client.GetWorkflow<Dervish>("w").QueryAsync(w => w.Heard);
        await WatchUntilAsync(() => IsMarkedAsync("w"), "the replay is marked");
        Dervish.Where = null;
        Assert.Equal(0, await heard);
        await Eventually.EventuallyAsync(
            async () => (await _store.FindAsync(new WorkflowKey("w")))!.Summary.State,
            static state => state == RunState.Parked, "the mark is taken back");
    }

    [Fact]
    public async Task FirstTurn_ThatHoldsItsThread_IsReportedAndNothingIsWritten()
    {
        await using var silo = await StartAsync();
        Dervish.Where = "run";
        var started = silo.Client.GetWorkflow<Dervish>("f").StartAsync(0);
        await WatchUntilAsync(
            () => Task.FromResult(_log.Has("the first turn of workflow f (dervish) has held its thread")), "the report");
        Assert.Null(await _store.FindAsync(new WorkflowKey("f")));
        Dervish.Where = null;
        await started;
        Assert.Equal(0, await silo.Client.GetWorkflow<Dervish>("f").GetResultAsync());
    }

    [Fact]
    public async Task Validator_ThatNeverEnds_RejectsItsUpdateAndTheRunGoesOnWithoutIt()
    {
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Dervish>("v");
        await workflow.StartAsync(3);
        Dervish.Where = "validator";
        var update = workflow.UpdateAsync<int>("Add", [1]);
        await Eventually.EventuallyAsync(() => Dervish.Spinning == 1, "the validator runs");
        var beside = workflow.SignalAsync(w => w.Hear()); // waits for the turn, and is not lost with it
        var rejected = await Assert.ThrowsAsync<UpdateRejected>(() => OutlastedAsync(update));
        Assert.Contains("'Add' was rejected: its validator did not end within 0.4 s", rejected.Message, StringComparison.Ordinal);
        Assert.True(_log.Has("the validator of update 'Add' of workflow v (dervish)"));
        await beside;

        // While it still spins: others of that kind are not validated, and all else goes on.
        var again = await Assert.ThrowsAsync<UpdateRejected>(() => workflow.UpdateAsync<int>("Add", [1]));
        Assert.Contains("has not ended since it was last asked", again.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (Dervish.Spinning, await workflow.QueryAsync(w => w.Heard)));
        Assert.Equal(WorkflowStatus.Running, (await workflow.DescribeAsync()).Status);
        await workflow.SignalAsync(w => w.Hear());
        Dervish.Where = null;
        await Eventually.EventuallyAsync(
            async () => await AddedAsync(workflow), static added => added, "the update is validated again");
        Assert.Equal(3, await workflow.GetResultAsync());
    }

    [Fact]
    public async Task Validator_ThatNeverEndsInAFirstTurn_IsToldAndNothingIsWritten()
    {
        await using var silo = await StartAsync();
        Dervish.Where = "validator";
        var workflow = silo.Client.GetWorkflow<Dervish>("w");
        for (var asked = 0; asked < 2; asked++)
        {
            var rejected = await Assert.ThrowsAsync<UpdateRejected>(
                () => OutlastedAsync(workflow.UpdateWithStartAsync<int>(5, typeof(int), "Add", [1])));
            Assert.Contains("'Add' was rejected: its validator", rejected.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, Dervish.Spinning);
        Assert.Null(await _store.FindAsync(new WorkflowKey("w")));
    }

    [Fact]
    public async Task UpdateHandler_ThatNeverEnds_StallsTheRunAndItsCallersAreToldByWhat()
    {
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Dervish>("u");
        await workflow.StartAsync(2);
        Dervish.Where = "update";
        var stalled = await Assert.ThrowsAsync<WorkflowStalled>(() => OutlastedAsync(workflow.UpdateAsync<int>("Add", [1])));
        Assert.Contains("the update 'Add'", stalled.Message, StringComparison.Ordinal);
        await CanBeEndedAsync(silo, workflow, "the update 'Add'");
    }

    [Theory]
    [InlineData("signal", "the signal 'Hear'")]
    [InlineData("run later", "a turn")]
    public async Task Code_ThatNeverEndsInATurn_StallsTheRunWhichCanBeEndedInTheSameSilo(string where, string culprit)
    {
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Dervish>("s");
        await workflow.StartAsync(1);
        Dervish.Where = where;
        var signal = workflow.SignalAsync(w => w.Hear());
        await WatchUntilAsync(() => IsMarkedAsync("s"), "the run is marked");
        await Eventually.EventuallyAsync(() => _log.Has("is left behind with a turn under way"), "another activation serves");
        await CanBeEndedAsync(silo, workflow, culprit);
        Dervish.Where = null;
        _ = signal.ContinueWith(static t => t.Exception, TaskScheduler.Default); // its answer went with its turn
    }

    private static async Task CanBeEndedAsync(TestSilo silo, IWorkflowHandle<Dervish> workflow, string culprit)
    {
        var description = await workflow.DescribeAsync();
        Assert.Equal((WorkflowStatus.Stalled, FaultCodes.TurnTooLong), (description.Status, description.Stall?.Code));
        Assert.Contains($"Code of workflow 'dervish' ({culprit}) has held its turn", description.Stall!.Message,
            StringComparison.Ordinal);
        Assert.Equal(1, Dervish.Spinning); // it is not run again
        await Assert.ThrowsAsync<WorkflowStalled>(() => workflow.UpdateAsync<int>("Add", [1]));
        await workflow.TerminateAsync("it spins");
        Assert.Equal(WorkflowStatus.Terminated, (await workflow.DescribeAsync()).Status);
        Assert.False(silo.Services.GetRequiredService<LiveRuns>().IsLive(workflow.Key.ToGrainKey())); // a next run is woken
    }

    private static async Task<bool> AddedAsync(IWorkflowHandle<Dervish> workflow)
    {
        try
        {
            await workflow.UpdateAsync<int>("Add", [1]);
            return true;
        }
        catch (UpdateRejected)
        {
            return false;
        }
    }

    private static Task StopSpinningAsync()
    {
        Dervish.Where = null;
        return Eventually.EventuallyAsync(static () => Dervish.Spinning == 0, "nothing spins");
    }

    private async Task<T> OutlastedAsync<T>(Task<T> call)
    {
        await WatchUntilAsync(() => Task.FromResult(call.IsCompleted), "what spins is given up");
        return await call;
    }

    // Once it spins, the watch's time goes on until the watch has done something about it.
    private async Task WatchUntilAsync(Func<Task<bool>> condition, string what)
    {
        await Eventually.EventuallyAsync(() => Dervish.Spinning == 1, "it spins");
        await Eventually.EventuallyAsync(
            async () =>
            {
                if (await condition()) return true;
                _watch.Advance(TimeSpan.FromMilliseconds(100));
                return false;
            },
            static done => done, what);
    }

    private async Task<bool> IsMarkedAsync(string id) =>
        (await _store.FindAsync(new WorkflowKey(id)))!.Summary.Status == WorkflowStatus.Stalled;

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(
        _store,
        static options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Dervish>().TurnLimit = TimeSpan.FromMilliseconds(400);
        },
        services: s => s.AddSingleton(new World()).AddSingleton<ILoggerProvider>(_log).AddSingleton(new WatchClock(_watch)));
}
