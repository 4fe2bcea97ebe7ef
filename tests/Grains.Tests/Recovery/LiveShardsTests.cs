using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>The shards of a silo: what concerns them all reaches each, and each of them is there.</summary>
public sealed class LiveShardsTests
{
    [Fact]
    public async Task Shards_EndedByTheRuntimeWhereTheyAre_ComeBackLongBeforeTheirReminder()
    {
        await using var silo = await TestSilo.StartAsync(
            new InMemoryHistoryStore(), TestHosting.All, services: static services => services.AddSingleton(new World()));
        var live = silo.Services.GetRequiredService<LiveShards>();
        var before = await AllAsync([]);

        // As Orleans does where the silo leaves that kept their entries in its directory.
        live.TellAll(static shard => shard.Leave());
        await AllAsync(before);

        async Task<HashSet<ShardGrain>> AllAsync(HashSet<ShardGrain> others)
        {
            var met = new ConcurrentDictionary<ShardGrain, bool>();
            await Eventually.EventuallyAsync(
                () =>
                {
                    live.TellAll(shard => _ = others.Contains(shard) || met.TryAdd(shard, true));
                    return Task.FromResult(met.Count);
                },
                static count => count == Shards.Default, "each shard is here");
            return [.. met.Keys];
        }
    }

    [Fact]
    public async Task Shard_ThatWasOnItsWayWhenItCeasedToBeTheSilos_IsLetGo()
    {
        await using var cluster = new EngineCluster { Services = static services => services.AddSingleton(new World()) };
        var silo = await cluster.AddAsync(TestHosting.All);
        var other = await cluster.AddAsync(TestHosting.All);
        var theirs = other.Services.GetRequiredService<ShardOwners>();
        await Eventually.EventuallyAsync(() => theirs.Mine.Count > 0, "the other has shards");
        var live = silo.Services.GetRequiredService<LiveShards>();
        var moved = theirs.Mine.Min();
        await Eventually.EventuallyAsync(() => !live.Numbers.Contains(moved), "what was there has gone");
        var told = new TaskCompletionSource();
        live.Add(moved, _ => told.TrySetResult());
        await told.Task.WaitAsync(Eventually.Limit);
    }

    [Fact]
    public async Task TellAll_WhileShardsComeAndGo_ReachesThoseThatStay()
    {
        const int Staying = 100;
        var live = new LiveShards();
        var told = 0;
        Action<Action<ShardGrain>> stays = _ => told++, goes = static _ => { };
        for (var n = 0; n < Staying; n++) live.Add(n, stays);
        using var over = new CancellationTokenSource();
        var moves = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                for (var n = Staying; n < 2 * Staying; n++) live.Add(n, goes);
                for (var n = Staying; n < 2 * Staying; n++) live.Remove(n, goes, Task.CompletedTask);
            }
        });
        try
        {
            for (var n = 1; n <= 2_000; n++)
            {
                live.TellAll(static _ => { });
                Assert.Equal(n * Staying, told);
            }
        }
        finally
        {
            await over.CancelAsync();
            await moves;
        }
    }
}
