using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Transport;
using Orchestration.Tests.Support;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Cluster;

public sealed class ClusterTests
{
    [Fact]
    public async Task TwoSilos_CallsFromEither_ReachTheOneActivation()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        var hosts = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            var key = $"g{i}";
            var here = await one.Grain<ILocatedGrain>(key).WhereAsync();
            Assert.Equal(here, await two.Grain<ILocatedGrain>(key).WhereAsync());
            Assert.Equal(1, await one.Grain<ILocatedGrain>(key).IncrementAsync());
            Assert.Equal(2, await two.Grain<ILocatedGrain>(key).IncrementAsync());
            hosts.Add(here);
        }

        Assert.Equal(2, hosts.Count);
        Assert.Equal(40, one.Catalog.Count + two.Catalog.Count);
    }

    [Fact]
    public async Task Kill_OfOneOfFive_IsActedOnWithinFiveSeconds()
    {
        await using var cluster = await TestCluster.StartAsync(5);
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(3.3));
        var victim = cluster.Silos[2];
        var survivors = cluster.Silos.Where(silo => silo != victim).ToArray();
        var call = survivors[0].Grain<ILocatedGrain>(await KeyAtAsync(victim, survivors[0])).NeverAsync();
        victim.Kill();
        var took = await cluster.AdvanceUntilAsync(
            () => survivors.All(silo => silo.Membership.IsKnownDead(victim.Address)), "dead", TimeSpan.FromSeconds(20));
        Assert.True(took <= TimeSpan.FromSeconds(5), $"{took}");
        await Assert.ThrowsAsync<SiloUnavailableException>(() => call);
        Assert.All(survivors, static silo => Assert.Null(silo.Ended));
        for (var i = 0; i < 20; i++)
            Assert.NotEqual(victim.Address.ToParsableString(), await survivors[i % 4].Grain<ILocatedGrain>($"k{i}").WhereAsync());
    }

    [Fact]
    public async Task Silence_OfOneOfThree_IsActedOnWithinFiveSecondsAndItHoldsItself()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(2.2));
        var lost = cluster.Silos[1];
        cluster.Isolate(lost);
        lost.Table.IsCut = true;
        DateTimeOffset? closed = null;
        var start = cluster.Time.GetUtcNow();
        var took = await cluster.AdvanceUntilAsync(
            () =>
            {
                if (lost.Fence.IsClosed) closed ??= cluster.Time.GetUtcNow();
                return cluster.Silos.Where(silo => silo != lost).All(silo => silo.Membership.IsKnownDead(lost.Address));
            },
            "dead", TimeSpan.FromSeconds(20));
        Assert.True(took <= TimeSpan.FromSeconds(5), $"{took}");
        Assert.True(closed <= start + took, $"closed {closed - start}, dead after {took}");
        await Assert.ThrowsAsync<SiloUnavailableException>(() => lost.Grain<ILocatedGrain>("new").WhereAsync());

        // Once it reads the table it knows, and ends.
        lost.Table.IsCut = false;
        await cluster.AdvanceUntilAsync(() => lost.Ended is not null, "it ends", TimeSpan.FromSeconds(3));
        Assert.Contains("ORCH0202", lost.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Isolation_WithTheTableInReach_EndsTheSiloSoonAfterItsDeath()
    {
        await using var cluster = await TestCluster.StartAsync(5);
        var lost = cluster.Silos[4];
        cluster.Isolate(lost);
        await cluster.AdvanceUntilAsync(
            () => cluster.Silos[0].Membership.IsKnownDead(lost.Address), "dead", TimeSpan.FromSeconds(6));
        await cluster.AdvanceUntilAsync(() => lost.Ended is not null, "it ends", TimeSpan.FromSeconds(1.5));
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.All(cluster.Silos.Take(4), static silo => Assert.Null(silo.Ended));
    }

    [Fact]
    public async Task Vote_WhileOthersVote_StandsBackAndIsCast()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var lost = cluster.Silos[2];
        foreach (var silo in cluster.Silos.Take(2)) silo.Table.LostRaces = 3;
        cluster.Isolate(lost);
        await cluster.AdvanceUntilAsync(
            () => cluster.Silos.Take(2).All(silo => silo.Membership.IsKnownDead(lost.Address)), "dead", TimeSpan.FromSeconds(8));
        Assert.All(cluster.Silos.Take(2), static silo => Assert.True(silo.Table.LostRaces < 3));
    }

    [Fact]
    public async Task PartitionOfAPair_OthersSeeBoth_NobodyDies()
    {
        await using var cluster = await TestCluster.StartAsync(4);
        cluster.Network.Cut(cluster.Silos[0].Name, cluster.Silos[1].Name);
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.All(cluster.Silos, static silo => Assert.Null(silo.Ended));
        Assert.All(cluster.Silos, silo => Assert.Equal(4, silo.Active.Count()));
    }

    [Fact]
    public async Task Table_OutOfReachOfAll_NobodyDiesAndCallsGoOn()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        foreach (var silo in cluster.Silos) silo.Table.IsCut = true;
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.All(cluster.Silos, static silo => Assert.False(silo.Fence.IsClosed));
        for (var i = 0; i < 9; i++) await cluster.Silos[i % 3].Grain<ILocatedGrain>($"t{i}").WhereAsync();
    }

    [Fact]
    public async Task Pause_OfAMinute_EndsTheSiloAndNoOther()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var paused = cluster.Silos[0];
        paused.Pause();
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(60));
        paused.Resume();
        await cluster.AdvanceUntilAsync(() => paused.Ended is not null, "it ends", TimeSpan.FromSeconds(2));
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.All(cluster.Silos.Skip(1), static silo => Assert.Null(silo.Ended));
    }

    [Fact]
    public async Task Restart_UnderTheSameAddress_ReplacesTheOldGenerationAtOnce()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var old = cluster.Silos[1];
        old.Kill();
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        var start = cluster.Time.GetUtcNow();
        var young = await cluster.AddAsync(inPlaceOf: old);
        Assert.True(young.Address.IsSuccessorOf(old.Address));
        await cluster.AgreedAsync();
        Assert.True(cluster.Silos[0].Membership.IsKnownDead(old.Address));
        Assert.True(cluster.Time.GetUtcNow() - start < TimeSpan.FromSeconds(4));
    }

    /// <summary>A silo is held until it has read the table, and takes no turns meanwhile.</summary>
    [Fact]
    public async Task TryKill_ByAGrainWhoseTurnsAreHeldMeanwhile_LeavesTheTableToOthers()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var silo = cluster.Silos[0];
        var turns = new HeldTurns();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Table.BeforeRead = () =>
        {
            asked.TrySetResult();
            return answer.Task;
        };
        _ = Task.Factory.StartNew(() => silo.Membership.TryKill(cluster.Silos[1].Address), CancellationToken.None,
            TaskCreationOptions.None, turns);
        await asked.Task.WaitAsync(Eventually.Limit);
        turns.AreHeld = true;
        silo.Table.BeforeRead = null;
        answer.SetResult();

        await cluster.RunAsync(silo.Membership.Refresh().AsTask());
        await cluster.AdvanceUntilAsync(
            () => silo.Membership.IsKnownDead(cluster.Silos[1].Address), "dead", TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Idle_SilosThatDoNotProbeEachOther_SayNothing()
    {
        await using var cluster = await TestCluster.StartAsync(9, static silo => silo.Services.AddSingleton(
            new TransportOptions { IdleKeepAliveInterval = TimeSpan.FromDays(1) }));
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(3));
        var idle = (
            from one in cluster.Silos
            let probed = new SiloCircle(one.Membership.CurrentSnapshot, one.Address).Following(3).ToHashSet()
            from other in cluster.Silos
            where other != one && !probed.Contains(other.Address)
                && !new SiloCircle(other.Membership.CurrentSnapshot, other.Address).Following(3).Contains(one.Address)
            select (One: one.Name, Other: other.Name)).ToArray();
        Assert.Equal(9 * 2, idle.Length);

        // A sign of life a second would be 200 bytes each time. What belongs to joining may come late on a busy machine, once.
        long most = 0;
        for (var times = 0; times < 3; times++)
        {
            var before = idle.Select(pair => cluster.Network.SentBetween(pair.One, pair.Other)).ToArray();
            await cluster.AdvanceAsync(TimeSpan.FromSeconds(20));
            most = idle.Zip(before).Max(pair => cluster.Network.SentBetween(pair.First.One, pair.First.Other) - pair.Second);
            if (most <= 100) break;
        }

        Assert.InRange(most, 0, 100);
    }

    [Fact]
    public async Task Clock_MinutesOff_ChangesNothing()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await cluster.AddAsync(skew: TimeSpan.FromMinutes(7));
        await cluster.AddAsync(skew: TimeSpan.FromMinutes(-7));
        await cluster.AgreedAsync();
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.All(cluster.Silos, static silo => Assert.Null(silo.Ended));
        var victim = cluster.Silos[3];
        victim.Kill();
        var took = await cluster.AdvanceUntilAsync(
            () => cluster.Silos.Take(3).All(silo => silo.Membership.IsKnownDead(victim.Address)), "dead",
            TimeSpan.FromSeconds(9));
        Assert.True(took <= TimeSpan.FromSeconds(5), $"{took}");
    }

    [Fact]
    public async Task TwoOfThree_KilledAtOnce_TheLastOneGoesOn()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        cluster.Silos[0].Kill();
        cluster.Silos[1].Kill();
        var last = cluster.Silos[2];
        await cluster.AdvanceUntilAsync(() => last.Active.Count() == 1, "it is alone", TimeSpan.FromSeconds(40));
        Assert.Null(last.Ended);
        await last.Grain<ILocatedGrain>("x").WhereAsync();
    }

    internal static async Task<string> KeyAtAsync(ClusterSilo owner, ClusterSilo from)
    {
        for (var i = 0; ; i++)
        {
            var key = $"at{i}";
            if (await from.Grain<ILocatedGrain>(key).WhereAsync() == owner.Address.ToParsableString()) return key;
        }
    }
}
