using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// An activation that is let go from memory in the midst of a commit: it awaits the append, hands on what the turn asked for, and
/// nothing is lost or doubled.
/// </summary>
public sealed class CollectionTests
{
    private readonly InMemoryHistoryStore _inner = new();
    private readonly World _world = new();

    [Fact]
    public async Task Collected_WhileASignalIsCommitted_AnswersItAndTheNextOneReachesTheNextActivation()
    {
        var store = new FaultyHistoryStore(_inner);
        await using var silo = await StartAsync(store);
        var workflow = silo.Client.GetWorkflow<Reactor>("r");
        await workflow.StartAsync(2);
        var hold = store.HoldBefore(store.Writes + 1);
        var first = workflow.SignalAsync("Act", ["first"]);
        await hold.Reached;
        Collect(silo);
        var second = workflow.SignalAsync("Act", ["second"]);
        Assert.False(first.IsCompleted);
        hold.Release();
        await first;
        await second;
        await EndsAsync(silo, workflow);
    }

    [Fact]
    public async Task Collected_WhileAnOutcomeIsCommittedThatNobodyAwaits_AwaitsTheAppendAndHandsOnItsEffects()
    {
        var store = new FaultyHistoryStore(_inner);
        await using var silo = await StartAsync(store);
        var workflow = silo.Client.GetWorkflow<Reactor>("r");
        await workflow.StartAsync(1);
        await workflow.SignalAsync("Act", ["first"]);
        await _world.StartOf("first").Task;

        // The outcome comes from the host beside it, not by a call: only the activation itself knows of the append.
        var hold = store.HoldBefore(store.Writes + 1);
        _world.Block("first").SetResult("first");
        await hold.Reached;
        Collect(silo);
        var live = silo.Services.GetRequiredService<LiveRuns>();
        Assert.True(live.IsLive("r"));
        hold.Release();

        // The next step was dispatched by the activation that went; its outcome finds another one, with nobody asking.
        await Eventually.EventuallyAsync(
            async () => (await _inner.FindAsync(new WorkflowKey("r")))!.Summary.State,
            static state => state == RunState.Closed, "it ends");
        Assert.Equal("first", await workflow.GetResultAsync());
        Assert.Equal(["Block", "Echo"], _world.Executions.Select(static e => e.Activity));
        Assert.All(_world.Executions, static e => Assert.Equal(1, e.Attempt));
    }

    /// <summary>Each of the two sends the other a message in its last turn, which finds the other on its way out too.</summary>
    [Fact]
    public async Task Collected_TwoThatWriteToEachOther_DoNotWaitForEachOther()
    {
        var store = new FaultyHistoryStore(_inner);
        await using var silo = await StartAsync(store, kept: 2);
        var (one, other) = (silo.Client.GetWorkflow<PenPal>("one"), silo.Client.GetWorkflow<PenPal>("other"));
        await one.StartAsync("other");
        await other.StartAsync("one");
        StoreHold[] holds = [store.HoldBefore(store.Writes + 1), store.HoldBefore(store.Writes + 2)];
        var first = one.SignalAsync("Write");
        await holds[0].Reached;
        var second = other.SignalAsync("Write");
        await holds[1].Reached;
        Collect(silo, kept: 2);
        foreach (var hold in holds) hold.Release();
        await first;
        await second;
        string[] letters = await Task.WhenAll(one.GetResultAsync(), other.GetResultAsync()).WaitAsync(Eventually.Limit);
        Assert.Equal(["from other", "from one"], letters);
    }

    private async Task EndsAsync(TestSilo silo, IWorkflowHandle<Reactor> workflow)
    {
        _world.Block("first").SetResult("first");
        _world.Block("second").SetResult("second");
        Assert.Equal("first second", await workflow.GetResultAsync());
        Assert.Equal(3, _world.Executions.Count); // each once
        var signals = (await silo.Client.GetWorkflow("r").GetHistoryAsync().ToListAsync())
            .Count(static e => e.Type == "signal-received");
        Assert.Equal(2, signals);
    }

    /// <summary>Fills the queue of those that are kept, until the run in question is let go.</summary>
    private static void Collect(TestSilo silo, int kept = 1)
    {
        var idle = silo.Services.GetRequiredService<IdleWorkflows>();
        Assert.Equal(kept, idle.Count); // the runs in question
        var others = Enumerable.Range(0, 1 + (2 * kept)).Select(static _ => new Other()).ToList();
        foreach (var other in others) idle.Add(other, isClosed: false);
        Assert.Equal(kept, others.Count(static o => !o.IsEvicted)); // in place of those
    }

    private Task<TestSilo> StartAsync(IHistoryStore store, int kept = 1) => TestSilo.StartAsync(
        store,
        options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Reactor>().AddWorkflow<PenPal>().MaximumIdleWorkflows = kept;
        },
        services: s => s.AddSingleton(_world));

    private sealed class Other : IIdleWorkflow
    {
        public bool IsEvicted { get; private set; }

        public bool TakeTouched() => false;

        public void Evict() => IsEvicted = true;
    }
}

/// <summary>Calls an activity for each signal, and ends when so many have ended.</summary>
[Workflow("reactor")]
public sealed class Reactor : Workflow<int, string>
{
    private readonly List<string> _done = [];

    private ITestActivities Activities => Context.Activities<ITestActivities>(TestOptions.Quick);

    [Signal]
    public async Task Act(string key) => _done.Add(await Activities.BlockAsync(key));

    public override async Task<string> RunAsync(int input)
    {
        await Context.WhenAsync(() => _done.Count >= input);
        return await Activities.EchoAsync(string.Join(' ', _done.Order()));
    }
}

/// <summary>Writes to another one when it is told to, and ends with that one's letter.</summary>
[Workflow("pen-pal")]
public sealed class PenPal : Workflow<string, string>
{
    private string _friend = "";
    private string? _letter;
    private bool _written;

    [Signal]
    public async Task Write()
    {
        await Context.GetExternalWorkflow(_friend).SignalAsync("Letter", $"from {Context.WorkflowId}");
        _written = true;
    }

    [Signal]
    public void Letter(string text) => _letter = text;

    public override async Task<string> RunAsync(string input)
    {
        _friend = input;
        await Context.WhenAsync(() => _written && _letter is not null);
        return _letter!;
    }
}
