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
        await using var cluster = new EngineCluster { Store = store, Services = static s => s.AddSingleton(new World()) };
        var first = await cluster.AddAsync(TestHosting.All);
        var second = await cluster.AddAsync(TestHosting.All);
        await PlacedAsync(first, second);
        var before = Shards(first).Concat(Shards(second)).ToHashSet();

        // Three looks of each shard at the start; one at the join, but for those that moved, which begin anew.
        await LooksAsync((4 * Storage.Shards.Default) + (2 * Shards(second).Count));
        var looks = counts.Of(nameof(IHistoryStore.DueRunsAsync));

        var third = await cluster.AddAsync(TestHosting.All);
        await PlacedAsync(first, second, third);
        var taken = Shards(third).Count;
        Assert.InRange(taken, 40, 130);

        // One look of each shard for stalled runs, which the newcomer's code might fit; seven at most of each that moved,
        // of which one is for stalled runs that nobody has tried.
        await LooksAsync(looks + Storage.Shards.Default + (2 * taken));
        var most = Storage.Shards.Default + (7 * taken);
        var joined = counts.Of(nameof(IHistoryStore.DueRunsAsync));
        Assert.InRange(joined - looks, 0, most);

        await cluster.LeaveAsync(third);
        await PlacedAsync(first, second);
        Assert.Equal(before, Shards(first).Concat(Shards(second)).ToHashSet());

        // And one of each for what the leaver might have left at work, besides what is still to come of the join.
        await LooksAsync(joined + Storage.Shards.Default + taken);
        Assert.InRange(counts.Of(nameof(IHistoryStore.DueRunsAsync)) - looks, 0, 2 * most);

        Task LooksAsync(int atLeast) => Eventually.EventuallyAsync(
            () => Task.FromResult(counts.Of(nameof(IHistoryStore.DueRunsAsync))), n => n >= atLeast, $"{atLeast} looks");
    }

    private static string KeyOf(string id) => new WorkflowKey(id).ToGrainKey();

    private static LiveRuns Live(TestSilo silo) => silo.Services.GetRequiredService<LiveRuns>();

    private static ICollection<int> Shards(TestSilo silo) => silo.Services.GetRequiredService<LiveShards>().Numbers;

    private static Task PlacedAsync(params TestSilo[] silos) => Eventually.EventuallyAsync(
        () => Array.TrueForAll(silos, static silo =>
            Shards(silo).Order().SequenceEqual(silo.Services.GetRequiredService<ShardOwners>().Mine.Order())),
        "each shard is where it belongs, and nowhere else");
}
