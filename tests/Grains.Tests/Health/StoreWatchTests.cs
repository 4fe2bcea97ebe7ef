using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Health;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Health;

/// <summary>A silo that loses its store goes away where that helps, and only there.</summary>
public sealed class StoreWatchTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.5);

    private readonly ManualTimeProvider _clock = new();
    private readonly World _world = new();
    private readonly Endings _endings = new();
    private readonly FaultyHistoryStore _store = new(new InMemoryHistoryStore());

    [Fact]
    public async Task StoreLost_ByOneSiloAlone_AnotherTakesItsWorkflowsOver()
    {
        await using var cluster = NewCluster();
        var one = await cluster.AddAsync(TestHosting.All);
        var two = await cluster.AddAsync(TestHosting.All);
        var run = await StartOnAsync(one, two);
        var result = run.GetResultAsync();

        one.Die(); // its store is cut off; all else of it goes on
        _world.Block("b").TrySetResult("done");
        var watch = one.Services.GetRequiredService<StoreWatch>();

        // The clock stands while the other silo is asked: that goes over sockets, in real time.
        await AdvanceUntilAsync(() => !_endings.Reasons.IsEmpty, "the silo ends", () => watch.IsAsking);

        Assert.Contains("ORCH0209", Assert.Single(_endings.Reasons), StringComparison.Ordinal);
        Assert.False(ViewOf(two).IsAlive(EngineCluster.KeyOf(one)));
        Assert.Equal("done", await result);
    }

    [Fact]
    public async Task StoreLost_ByAll_NoneGoes()
    {
        await using var cluster = NewCluster();
        var one = await cluster.AddAsync(TestHosting.All);
        var two = await cluster.AddAsync(TestHosting.All);
        var run = await StartOnAsync(one, two);
        one.Die();
        two.Die();
        _world.Block("b").TrySetResult("done");

        await AdvanceUntilAsync(() => cluster.Log.CountOf("asked whether they have it") >= 3, "it is asked three times");

        Assert.Empty(_endings.Reasons);
        Assert.Equal(2, ViewOf(two).ActiveSilos.Length);
    }

    [Fact]
    public async Task StoreTakesNoWrites_AsWithAFullDisk_NoneGoes()
    {
        await using var cluster = NewCluster();
        var one = await cluster.AddAsync(TestHosting.All);
        var two = await cluster.AddAsync(TestHosting.All);
        var run = await StartOnAsync(one, two);
        _store.InjectAll(StoreFault.Fail);
        var writes = _store.Writes;
        _world.Block("b").TrySetResult("done");
        await Eventually.EventuallyAsync(() => _store.Writes > writes + 1, "writes fail");
        for (var step = 0; step < 40; step++) await AdvanceAsync([one, two]);

        Assert.Empty(_endings.Reasons);
        _store.InjectAll(null);
        Assert.Equal("done", await run.GetResultAsync());
    }

    [Fact]
    public async Task StoreWatch_NothingWaits_AsksNothing()
    {
        await using var cluster = NewCluster();
        var one = await cluster.AddAsync(TestHosting.All);
        var two = await cluster.AddAsync(TestHosting.All);
        one.Die();
        for (var step = 0; step < 40; step++) await AdvanceAsync([one, two]);
        Assert.Empty(_endings.Reasons);
        Assert.False(cluster.Log.Has("asked whether they have it"));
    }

    [Fact]
    public async Task Silence_CountsFromTheLastBeatBeforeIt()
    {
        await using var cluster = NewCluster();
        var one = await cluster.AddAsync(TestHosting.All);
        var two = await cluster.AddAsync(TestHosting.All);
        var watch = one.Services.GetRequiredService<StoreWatch>();
        watch.Began();
        watch.Began();
        watch.Ended(answered: true);

        // The first beat sees the answer, and what waits still; the fifth comes two seconds later.
        for (var beat = 0; beat < 4; beat++) await AdvanceAsync([one, two]);
        Assert.False(cluster.Log.Has("asked whether they have it"));
        await AdvanceAsync([one, two]);
        await Eventually.EventuallyAsync(() => cluster.Log.Has("asked whether they have it"), "the others are asked");
        watch.Ended(answered: true);
    }

    private EngineCluster NewCluster() => new()
    {
        Store = _store,
        Services = services =>
        {
            services.AddSingleton(new PollClock(_clock));
            services.AddSingleton(_world);
            services.AddSingleton<IFatalErrorHandler>(_endings);
        },
    };

    private static ClusterView ViewOf(TestSilo silo) => silo.Services.GetRequiredService<ClusterView>();

    /// <summary>Starts a workflow that comes to lie on a given silo, and waits in an activity.</summary>
    private async Task<IWorkflowHandle<Blocker>> StartOnAsync(TestSilo silo, TestSilo through)
    {
        var live = silo.Services.GetRequiredService<LiveRuns>();
        for (var n = 0; ; n++)
        {
            var run = through.Client.GetWorkflow<Blocker>($"b{n}");
            await run.StartAsync("b");
            await _world.StartOf("b").Task;
            if (live.IsLive($"b{n}")) return run;
        }
    }

    private Task AdvanceUntilAsync(Func<bool> condition, string what, Func<bool>? stands = null) => Eventually.EventuallyAsync(
        () =>
        {
            if (stands?.Invoke() != true) _clock.Advance(Step);
            return condition();
        },
        what);

    // What a look has led to is answered before the next one.
    private async Task AdvanceAsync(TestSilo[] silos)
    {
        _clock.Advance(Step);
        foreach (var silo in silos) await silo.Services.GetRequiredService<StoreWatch>().HasStoreAsync();
    }

    private sealed class Endings : IFatalErrorHandler
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Reasons { get; } = [];

        public bool IsUnexpected(Exception exception) => true;

        public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
        {
            // One that is declared dead hears of it besides, from the membership.
            if (context?.Contains("ORCH0202", StringComparison.Ordinal) != true) Reasons.Enqueue(context ?? "");
        }
    }
}
