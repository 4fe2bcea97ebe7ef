using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>What a change of the cluster costs: what it concerns, and nothing else.</summary>
public sealed class RecoveryCostTests
{
    [Fact]
    public async Task LossOfASilo_TouchesTheRunsThatItHadAtWork_AndNoOthers()
    {
        const int Runs = 90;
        var (store, counts) = CountingStore.Over(new InMemoryHistoryStore());
        var world = new World();
        await using var cluster = new EngineCluster { Store = store, Services = s => s.AddSingleton(world) };
        TestSilo[] silos = [await AddAsync(), await AddAsync(), await AddAsync()];
        for (var n = 0; n < Runs; n++)
        {
            await silos[n % 3].Client.GetWorkflow<Blocker>($"busy{n}").StartAsync($"busy{n}");
            await silos[n % 3].Client.GetWorkflow<Sleeper>($"parked{n}").StartAsync(TimeSpan.FromDays(1));
            await world.StartOf($"busy{n}").Task;
        }

        var had = Enumerable.Range(0, Runs).Count(n => Live(silos[1]).IsLive(KeyOf($"busy{n}")));
        Assert.InRange(had, 10, Runs - 20);
        var (found, read) = (counts.Of(nameof(IHistoryStore.FindAsync)), counts.Of(nameof(IHistoryStore.ReadAsync)));
        await cluster.DieAsync(silos[1]);

        await Eventually.EventuallyAsync(
            () => Task.FromResult(Live(silos[0]).Count + Live(silos[2]).Count), live => live >= (2 * Runs) - ParkedAt(silos[1]),
            "what it had at work is at work elsewhere");
        await Eventually.EventuallyAsync(
            () => Task.FromResult(counts.Of(nameof(IHistoryStore.ReadAsync)) - read), n => n >= had, "all of it was read");
        for (var n = 0; n < Runs; n++) world.Block($"busy{n}").SetResult("done");
        for (var n = 0; n < Runs; n++)
            Assert.Equal("done", await silos[0].Client.GetWorkflow<Blocker>($"busy{n}").GetResultAsync());
        Assert.Equal(had, counts.Of(nameof(IHistoryStore.ReadAsync)) - read);

        // Looked up once each, and once more by the client that asks for the result of a run that has ended.
        Assert.InRange(counts.Of(nameof(IHistoryStore.FindAsync)) - found, had, had + Runs);

        Task<TestSilo> AddAsync() => cluster.AddAsync(TestHosting.All);

        int ParkedAt(TestSilo silo) => Enumerable.Range(0, Runs).Count(n => Live(silo).IsLive(KeyOf($"parked{n}")));
    }

    [Fact]
    public async Task JoinAndLeave_MoveTheShardsOfThatSiloAlone()
    {
        var (store, counts) = CountingStore.Over(new InMemoryHistoryStore());

        // Looks that are put off (for late writes, for what falls due) wait for ever: those that a change asks for are counted.
        var still = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = new EngineCluster
        {
            Store = store,
            Services = s => s.AddSingleton(new World()).AddSingleton(silo => RecoveryServices.Shared(silo, still)),
        };
        var all = Enumerable.Range(0, Storage.Shards.Default).ToArray();
        var places = all.ToDictionary(static shard => shard, static _ => 1);
        var first = await cluster.AddAsync(TestHosting.All);
        await PlacedAsync(first);
        await TriedAsync(1);
        var second = await cluster.AddAsync(TestHosting.All);
        await PlacedAsync(first, second);
        await TriedAsync(2);
        foreach (var shard in Shards(second)) places[shard]++;
        var before = Shards(first).Concat(Shards(second)).ToHashSet();

        var third = await cluster.AddAsync(TestHosting.All);
        await PlacedAsync(first, second, third);
        var taken = Shards(third).ToArray();
        Assert.InRange(taken.Length, 40, 130);
        foreach (var shard in taken) places[shard]++;
        await TriedAsync(3);
        Assert.All(all, shard => AssertLooks(shard, joins: 2, leaves: 0));

        await cluster.LeaveAsync(third);
        await PlacedAsync(first, second);
        Assert.Equal(before, Shards(first).Concat(Shards(second)).ToHashSet());
        foreach (var shard in taken) places[shard]++;

        // What the leaver might have left at work is looked for once by each.
        await Eventually.EventuallyAsync(
            () => all.All(shard => counts.Looks(shard, RunState.Runnable) >= Math.Max(places[shard], 2)), "all have looked");
        Assert.All(all, shard => AssertLooks(shard, joins: 2, leaves: 1));

        // Stalled runs are tried where a shard begins with its silo, and wherever code comes.
        Task TriedAsync(int times) => Eventually.EventuallyAsync(
            () => all.All(shard => counts.Looks(shard, RunState.Stalled) >= times), $"all have tried {times} times");

        // Where a shard begins it looks once, and again as those ask that it went from and came to; a newcomer that was slow to
        // say what it hosts is asked about twice.
        void AssertLooks(int shard, int joins, int leaves)
        {
            var moves = places[shard] - 1;
            Assert.InRange(counts.Looks(shard, RunState.Runnable), 1, places[shard] + leaves);
            Assert.InRange(counts.Looks(shard, RunState.Parked), 1, 2 + (3 * moves) + leaves);
            Assert.InRange(counts.Looks(shard, RunState.Stalled), 1, places[shard] + (2 * joins));
        }
    }

    private static string KeyOf(string id) => new WorkflowKey(id).ToGrainKey();

    private static LiveRuns Live(TestSilo silo) => silo.Services.GetRequiredService<LiveRuns>();

    private static ICollection<int> Shards(TestSilo silo) => silo.Services.GetRequiredService<LiveShards>().Numbers;

    private static Task PlacedAsync(params TestSilo[] silos) => Eventually.EventuallyAsync(
        () => Array.TrueForAll(silos, static silo =>
            Shards(silo).Order().SequenceEqual(silo.Services.GetRequiredService<ShardOwners>().Mine.Order())),
        "each shard is where it belongs, and nowhere else");
}
