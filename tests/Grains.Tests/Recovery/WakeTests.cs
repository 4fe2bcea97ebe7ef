using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Runtime.Hosting;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>What a wake-up waits for, costs and leaves behind.</summary>
public sealed class WakeTests
{
    private readonly InMemoryHistoryStore _inner = new();

    [Fact]
    public async Task Wake_DueRun_IsAnsweredWhenItsFirstTurnIsDurable()
    {
        await ParkAsync(DateTimeOffset.UtcNow, ["s"], TimeSpan.FromMilliseconds(700)); // due once the next silo is up
        var store = new FaultyHistoryStore(_inner);
        var hold = store.HoldBefore(1);
        await using var silo = await StartAsync(store);
        await hold.Reached;
        var wake = silo.Grains.GetGrain<IWorkflowRunGrain>("s").WakeAsync(new WakeRequest(AfterCrash: false));
        var other = silo.Grains.GetGrain<IWorkflowRunGrain>("nobody").WakeAsync(new WakeRequest(AfterCrash: false));
        await other; // sent later, and answered at once
        Assert.False(wake.IsCompleted);
        hold.Release();
        await wake;
        Assert.Equal(WorkflowStatus.Completed, (await _inner.FindAsync(new WorkflowKey("s")))!.Summary.Status);
    }

    [Fact]
    public async Task Wake_RunThatEndsByIt_LeavesMemoryAtOnce()
    {
        const int Many = 50;
        var ids = Enumerable.Range(0, Many).Select(static i => $"s{i}").ToArray();
        await ParkAsync(DateTimeOffset.UtcNow.AddHours(-1), ids, TimeSpan.FromSeconds(9));
        await using var silo = await StartAsync(_inner);
        await Eventually.EventuallyAsync(
            () => ids.All(id => StatusOf(id) == WorkflowStatus.Completed), "all have ended");
        await Eventually.EventuallyAsync(() => WorkflowsIn(silo) == 0, "none is in memory");
        Assert.Equal(0, silo.Services.GetRequiredService<LiveRuns>().Count);
    }

    private static int WorkflowsIn(TestSilo silo) => silo.Services.GetRequiredService<SiloRuntime>().Catalog.All
        .Count(static a => a.GrainId.Type.ToString()!.StartsWith("workflow", StringComparison.Ordinal));

    private WorkflowStatus? StatusOf(string id) => _inner.FindAsync(new WorkflowKey(id)).AsTask().Result?.Summary.Status;

    /// <summary>Leaves a parked run in the store, and no silo.</summary>
    private async Task ParkAsync(DateTimeOffset now, string[] ids, TimeSpan sleep)
    {
        // On a clock that stands still, so that the run does not end here already.
        await using var silo = await TestSilo.StartAsync(
            _inner, TestHosting.All, new ManualTimeProvider(now), static s => s.AddSingleton(new World()));
        foreach (var id in ids) await silo.Client.GetWorkflow<Sleeper>(id).StartAsync(sleep);
    }

    private static Task<TestSilo> StartAsync(IHistoryStore store) =>
        TestSilo.StartAsync(store, TestHosting.All, services: static s => s.AddSingleton(new World()));
}
