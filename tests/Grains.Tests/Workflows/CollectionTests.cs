using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Grains.Workflows;
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
    private static void Collect(TestSilo silo)
    {
        var idle = silo.Services.GetRequiredService<IdleWorkflows>();
        Assert.Equal(1, idle.Count); // the run in question
        var others = Enumerable.Range(0, 4).Select(static _ => new Other()).ToList();
        foreach (var other in others) idle.Add(other);
        Assert.Contains(others, static o => !o.IsEvicted); // so it was let go
    }

    private Task<TestSilo> StartAsync(IHistoryStore store) => TestSilo.StartAsync(
        store,
        static options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Reactor>().MaximumIdleWorkflows = 1;
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
