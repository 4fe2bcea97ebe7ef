using Orchestration.Client;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>What counts as a death in a run's code: each once, and none that was not.</summary>
public sealed class WakeCountTests
{
    private readonly InMemoryHistoryStore _inner = new();
    private readonly FaultyHistoryStore _store;

    public WakeCountTests() => _store = new FaultyHistoryStore(_inner);

    [Fact]
    public async Task QueriesOfAnEndedRun_SeveralAtOnce_CountAsOne()
    {
        var seen = Watch("overlap");
        await using var silo = await StartAsync();
        var workflow = await EndedAsync(silo, "overlap");
        var hold = _store.HoldAfter(_store.Writes + 1);
        var first = workflow.QueryAsync<int>("Ask");
        await hold.Reached;
        Task<int>[] others = [workflow.QueryAsync<int>("Ask"), workflow.QueryAsync<int>("Ask")];
        await workflow.GetHistoryAsync().ToListAsync(); // they have arrived
        Assert.Equal(1, await WakesAsync("overlap"));
        hold.Release();

        await Task.WhenAll([first, .. others]);
        Assert.Equal((3, 1), (seen.Count, seen.Max()));
        Assert.Equal(0, await WakesAsync("overlap"));
        await workflow.QueryAsync<int>("Ask"); // and one after them is counted again
        Assert.Equal(1, seen[^1]);
        Assert.Equal(0, await WakesAsync("overlap"));
    }

    [Theory]
    [InlineData(StoreFault.LoseReply)]
    [InlineData(StoreFault.Fail)]
    public async Task QueryOfAnEndedRun_WhoseCountIsNotAnswered_CountsOnce(StoreFault fault)
    {
        var id = $"unanswered-{fault}";
        var seen = Watch(id);
        await using var silo = await StartAsync();
        var workflow = await EndedAsync(silo, id);
        _store.Inject(_store.Writes + 1, fault);

        await workflow.QueryAsync<int>("Ask");
        Assert.Equal([1], seen);
        Assert.Equal(0, await WakesAsync(id));
    }

    [Fact]
    public async Task QueryOfAnEndedRun_FoundWhileTheLastOneWasCounted_IsAnswered()
    {
        var seen = Watch("last");
        var (store, reads) = HeldReads.Over(_store);
        await using var silo = await TestSilo.StartAsync(store, static o => o.AddWorkflow<Fragile>());
        var workflow = await EndedAsync(silo, "last");
        var run = (await _inner.FindAsync(new WorkflowKey("last")))!;
        for (var deaths = 0; deaths < 2; deaths++) await _inner.CountWakeAsync(run.Key, run.Handle);

        // One is counted, which makes three; the other finds it so, and hears of it when the first is as good as over.
        var counted = _store.HoldAfter(_store.Writes + 1);
        var first = workflow.QueryAsync<int>("Ask");
        await counted.Reached;
        var found = reads.HoldAnswer(nameof(IHistoryStore.FindAsync));
        var other = workflow.QueryAsync<int>("Ask");
        await found.Reached;
        var over = reads.HoldAnswer(nameof(IHistoryStore.FindAsync));
        counted.Release();
        await over.Reached;
        found.Release();
        over.Release();

        await Task.WhenAll(first, other);
        Assert.Equal([3, 1], seen);
    }

    [Fact]
    public async Task Query_CountHasBeenTakenBackSinceTheRunWasFound_IsAnswered()
    {
        Watch("since");
        await using (var before = await StartAsync()) await before.Client.GetWorkflow<Fragile>("since").StartAsync("since");
        var run = (await _inner.FindAsync(new WorkflowKey("since")))!;
        for (var deaths = 0; deaths < 3; deaths++) await _inner.CountWakeAsync(run.Key, run.Handle);
        await using var silo = await StartAsync();
        await silo.Grains.GetGrain<IWorkflowGrain>("since").GetResultAsync(new ResultRequest()); // found, and not taken to memory

        // Another activation's code has come to rest.
        Assert.True(await _inner.UpdateSummaryAsync(run.Key, run.Handle, 1, run.Summary, 0));

        Assert.Equal(0, await silo.Client.GetWorkflow<Fragile>("since").QueryAsync<int>("Ask"));
    }

    [Fact]
    public async Task Progress_AfterAnotherActivationCountedAndSteppedDown_LeavesNoCount()
    {
        Watch("left");
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Fragile>("left");
        await workflow.StartAsync("left");
        var run = (await _inner.FindAsync(new WorkflowKey("left")))!;
        await _inner.CountWakeAsync(run.Key, run.Handle);

        await workflow.SignalAsync("Touch");
        Assert.Equal(0, await WakesAsync("left"));
    }

    /// <summary>Notes what is counted while a run's code runs.</summary>
    private List<int> Watch(string id)
    {
        var seen = new List<int>();
        Fragile.Weapons[id] = () =>
        {
            lock (seen) seen.Add(WakesAsync(id).GetAwaiter().GetResult());
        };
        return seen;
    }

    private static async Task<IWorkflowHandle<Fragile>> EndedAsync(TestSilo silo, string id)
    {
        var workflow = silo.Client.GetWorkflow<Fragile>(id);
        await workflow.StartAsync(id);
        await workflow.TerminateAsync("enough");
        return workflow;
    }

    private async Task<int> WakesAsync(string id) => (await _inner.FindAsync(new WorkflowKey(id)))!.Wakes;

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(_store, static o => o.AddWorkflow<Fragile>());
}
