using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Can be made to spin in its run, a query or a validator, until it is released.</summary>
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
    public void Hear() => _heard++;

    [UpdateValidator("Add")]
    public void MayAdd(int number) => Spin("validator");

    [Update]
    public int Add(int number) => _heard += number;

    public override async Task<int> RunAsync(int input)
    {
        Spin("run");
        await Context.WhenAsync(() => _heard >= input);
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
public sealed class EndlessCodeTests : IDisposable
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly LogLines _log = new();

    public EndlessCodeTests() => Dervish.Where = null;

    public void Dispose()
    {
        Dervish.Where = null;
        _log.Dispose();
    }

    [Fact]
    public async Task Query_ThatNeverEnds_FailsAndTheRunGoesOnWithoutIt()
    {
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Dervish>("q");
        await workflow.StartAsync(2);
        await workflow.SignalAsync(w => w.Hear());
        Dervish.Where = "query";
        var failed = await Assert.ThrowsAsync<QueryFailed>(() => workflow.QueryAsync(w => w.Ask()));
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
        await Assert.ThrowsAsync<QueryFailed>(() => workflow.QueryAsync(w => w.Ask()));
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
        await Eventually.EventuallyAsync(
            async () => (await _store.FindAsync(new WorkflowKey("r")))!.Summary.Status,
            static status => status == WorkflowStatus.Stalled, "the replay is marked", TimeSpan.FromSeconds(20));
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
        await Eventually.EventuallyAsync(
            async () => (await _store.FindAsync(new WorkflowKey("w")))!.Summary.Status,
            static status => status == WorkflowStatus.Stalled, "the replay is marked", TimeSpan.FromSeconds(20));
        Dervish.Where = null;
        Assert.Equal(0, await heard);
        await Eventually.EventuallyAsync(
            async () => (await _store.FindAsync(new WorkflowKey("w")))!.Summary.State,
            static state => state == RunState.Parked, "the mark is taken back", TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task FirstTurn_ThatHoldsItsThread_IsReportedAndNothingIsWritten()
    {
        await using var silo = await StartAsync();
        Dervish.Where = "run";
        var started = silo.Client.GetWorkflow<Dervish>("f").StartAsync(0);
        await Eventually.EventuallyAsync(
            () => _log.Has("the first turn of workflow f (dervish) has held its thread"), "the report");
        Assert.Null(await _store.FindAsync(new WorkflowKey("f")));
        Dervish.Where = null;
        await started;
        Assert.Equal(0, await silo.Client.GetWorkflow<Dervish>("f").GetResultAsync());
    }

    [Fact]
    public async Task Validator_ThatNeverEnds_IsReportedOthersGoOnAndTheRunWithTheNextSilo()
    {
        var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Dervish>("v");
        await workflow.StartAsync(2);
        Dervish.Where = "validator";
        var update = workflow.StartUpdateAsync<int>("Add", [1]);
        await Eventually.EventuallyAsync(
            () => _log.Has("the validator of update 'Add' of workflow v (dervish) has held its thread"), "the report");
        Assert.Equal(10, await silo.Client.GetWorkflow<Sequence>("other").ExecuteAsync(5));
        await silo.CrashAsync();
        Dervish.Where = null; // the thread goes, as with its process
        _ = update.ContinueWith(static t => t.Exception, TaskScheduler.Default);

        // It stands in no history: the run is not marked, and goes on with the same code.
        await using var next = await StartAsync();
        Assert.Equal(WorkflowStatus.Running, (await _store.FindAsync(new WorkflowKey("v")))!.Summary.Status);
        Assert.Equal(2, await next.Client.GetWorkflow<Dervish>("v").UpdateAsync<int>("Add", [2]));
        Assert.Equal(2, await next.Client.GetWorkflow<Dervish>("v").GetResultAsync());
        await silo.DisposeAsync();
    }

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(
        _store,
        static options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Dervish>().TurnLimit = TimeSpan.FromMilliseconds(400);
        },
        services: s => s.AddSingleton(new World()).AddSingleton<ILoggerProvider>(_log));
}
