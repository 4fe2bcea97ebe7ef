using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Placement;
using Orchestration.Runtime.Transport;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Cluster;

public sealed class HandoverTests
{
    private int _pausing;

    [Fact]
    public async Task Join_ActivationsOfTheNewOwner_MoveThere()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var first = cluster.Silos[0];
        for (var i = 0; i < 60; i++) await first.Grain<ILocatedGrain>($"j{i}").IncrementAsync();
        var second = await cluster.AddAsync();
        await cluster.AgreedAsync();
        await cluster.AdvanceUntilAsync(() => IsSettled(cluster), "moved", TimeSpan.FromSeconds(5));
        Assert.InRange(first.Catalog.Count, 10, 50);
        var there = 0;
        for (var i = 0; i < 60; i++)
        {
            var where = await first.Grain<ILocatedGrain>($"j{i}").WhereAsync();
            Assert.Equal(where, await second.Grain<ILocatedGrain>($"j{i}").WhereAsync());
            var moved = where == second.Address.ToParsableString();
            there += moved ? 1 : 0;
            Assert.Equal(moved ? 1 : 2, await second.Grain<ILocatedGrain>($"j{i}").IncrementAsync());
        }

        Assert.InRange(there, 10, 50);
        Assert.Equal(60, first.Catalog.Count + second.Catalog.Count);
    }

    [Fact]
    public async Task JoinsAndLeaves_UnderCalls_LoseNoneOfARetryingCaller()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var caller = cluster.Silos[0];
        using var done = new CancellationTokenSource();
        var counts = new int[8];
        var calls = Enumerable.Range(0, counts.Length).Select(async lane =>
        {
            for (; !done.IsCancellationRequested; Interlocked.Increment(ref counts[lane]))
                await CallAsync(cluster, caller, $"l{lane}-{counts[lane] % 50}");
        }).ToArray();
        var joined = await cluster.AddAsync();
        await cluster.AgreedAsync();
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(2));
        await CalledAsync();
        await cluster.RunAsync(joined.StopAsync());
        await cluster.AdvanceUntilAsync(
            () => caller.Membership.IsKnownDead(joined.Address), "left", TimeSpan.FromSeconds(1));
        await CalledAsync();
        var again = await cluster.AddAsync();
        await cluster.RunAsync(cluster.Silos[1].StopAsync());
        await CalledAsync();
        await done.CancelAsync();
        foreach (var lane in calls) await cluster.RunAsync(lane);
        Assert.Null(again.Ended);

        // Each caller goes on, or fails. Time goes on only for those that pause: the others' calls are not to run out of it.
        async Task CalledAsync()
        {
            var before = counts.ToArray();
            await Eventually.EventuallyAsync(
                async () =>
                {
                    if (calls.Any(static lane => lane.IsFaulted)) return true;
                    if (counts.Zip(before).All(static n => n.First > n.Second + 10)) return true;
                    if (Volatile.Read(ref _pausing) > 0) await cluster.AdvanceAsync(TimeSpan.FromMilliseconds(100));
                    return false;
                },
                static done => done, "all are answered ten more times");
        }
    }

    [Fact]
    public async Task Leave_LateCalls_GoToTheNewOwnerAndNothingWaits()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var leaver = cluster.Silos[1];
        var key = await ClusterTests.KeyAtAsync(leaver, cluster.Silos[0]);
        var start = cluster.Time.GetUtcNow();
        await cluster.RunAsync(leaver.StopAsync());
        var where = await cluster.RunAsync(cluster.Silos[0].Grain<ILocatedGrain>(key).WhereAsync());
        Assert.NotEqual(leaver.Address.ToParsableString(), where);
        await cluster.AdvanceUntilAsync(
            () => cluster.Silos[0].Membership.IsKnownDead(leaver.Address)
                && cluster.Silos[2].Membership.IsKnownDead(leaver.Address), "known", TimeSpan.FromSeconds(1));
        Assert.True(cluster.Time.GetUtcNow() - start < TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Gone_ASiloThatLeftAndOneThatDied_AreToldApart()
    {
        await using var cluster = await TestCluster.StartAsync(4);
        var (witness, leaver, victim) = (cluster.Silos[0], cluster.Silos[1], cluster.Silos[2]);
        await cluster.RunAsync(leaver.StopAsync());
        victim.Kill();
        await cluster.AdvanceUntilAsync(
            () => witness.Membership.IsKnownDead(leaver.Address) && witness.Membership.IsKnownDead(victim.Address), "gone",
            TimeSpan.FromSeconds(20));

        var left = witness.Peers.Refuse(new Hello { From = leaver.Address });
        Assert.Equal((HelloOutcome.HasLeft, true), (left.Outcome, left.Reason!.Contains("has left", StringComparison.Ordinal)));
        var died = witness.Peers.Refuse(new Hello { From = victim.Address });
        Assert.Equal(
            (HelloOutcome.NotNow, true), (died.Outcome, died.Reason!.Contains("declared dead", StringComparison.Ordinal)));
        Assert.Equal(default, witness.Peers.Refuse(new Hello { From = cluster.Silos[3].Address }));
        Assert.Equal(HelloOutcome.HasLeft, leaver.Peers.Refuse(new Hello { From = witness.Address }).Outcome);
        Assert.DoesNotContain(
            witness.Log.Concat(cluster.Silos[3].Log).Concat(leaver.Log),
            line => line.StartsWith("Warning", StringComparison.Ordinal)
                && line.Contains(leaver.Address.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancellation_ContextAndOneForward_CrossSilos()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        var key = await ClusterTests.KeyAtAsync(two, one);
        var grain = one.Grain<ILocatedGrain>(key);
        RequestContext.Set("tenant", "blue");
        Assert.Equal("blue", await grain.ContextAsync("tenant"));
        RequestContext.Clear();
        using var cancel = new CancellationTokenSource();
        LocatedGrain.Notes.TryRemove(key, out _);
        var waiting = grain.WaitAsync(cancel.Token);
        await Eventually.EventuallyAsync(() => LocatedGrain.Notes.ContainsKey(key), "it waits");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.EventuallyAsync(() => LocatedGrain.Notes[key] == "cancelled", "the grain hears of it");
    }

    [Fact]
    public async Task Migrate_WithAHint_MovesTheGrainForAllCallers()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var (one, two, three) = (cluster.Silos[0], cluster.Silos[1], cluster.Silos[2]);
        var key = await ClusterTests.KeyAtAsync(two, one);
        var there = three.Address.ToParsableString();
        await one.Grain<ILocatedGrain>(key).IncrementAsync();
        await one.Grain<ILocatedGrain>(key).MigrateAsync(there);
        foreach (var silo in cluster.Silos)
            Assert.Equal(there, await cluster.RunAsync(silo.Grain<ILocatedGrain>(key).WhereAsync()));
        Assert.Equal(1, await two.Grain<ILocatedGrain>(key).IncrementAsync());

        // A silo that does not own its hash may move it back to the one that does.
        await three.Grain<ILocatedGrain>(key).MigrateAsync(two.Address.ToParsableString());
        foreach (var silo in cluster.Silos)
        {
            Assert.Equal(
                two.Address.ToParsableString(), await cluster.RunAsync(silo.Grain<ILocatedGrain>(key).WhereAsync()));
        }
    }

    [Fact]
    public async Task Migrate_WithAHint_ItsOwnerChanges_OneActivationIsLeft()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Silos[0], cluster.Silos[1]);
        var keys = Enumerable.Range(0, 60).Select(static n => $"h{n}")
            .Where(key => OwnerOf(one, key).Equals(one.Address)).ToArray();
        foreach (var key in keys) await one.Grain<ILocatedGrain>(key).MigrateAsync(two.Address.ToParsableString());
        foreach (var key in keys) await one.Grain<ILocatedGrain>(key).IncrementAsync();
        await cluster.AddAsync();
        await cluster.AgreedAsync();
        await cluster.AdvanceUntilAsync(() => IsSettled(cluster), "moved", TimeSpan.FromSeconds(5));
        Assert.Contains(keys, key => !OwnerOf(one, key).Equals(one.Address));
        foreach (var key in keys)
        {
            var places = new HashSet<string>();
            foreach (var silo in cluster.Silos) places.Add(await cluster.RunAsync(silo.Grain<ILocatedGrain>(key).WhereAsync()));
            Assert.Single(places);
        }
    }

    [Fact]
    public async Task Call_OfASilentSilo_TimesOut()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var key = await ClusterTests.KeyAtAsync(cluster.Silos[1], cluster.Silos[0]);
        var call = cluster.Silos[0].Grain<ILocatedGrain>(key).NeverAsync();
        await cluster.AdvanceUntilAsync(() => call.IsCompleted, "given up", TimeSpan.FromSeconds(32));
        await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.All(cluster.Silos[0].Peers.Sessions, static session => Assert.Equal(0, session.OpenOutgoing));
    }

    [Fact]
    public async Task Reminder_OfALostSilo_TicksAtItsNewOwner()
    {
        var log = new Reminders.TickLog();
        var table = new Runtime.Reminders.InMemoryReminderTable();
        void Configure(ISiloBuilder silo)
        {
            silo.Services.AddSingleton(log).AddSingleton<Orleans.IReminderTable>(table);
            silo.AddReminders();
        }

        await using var cluster = await TestCluster.StartAsync(3, Configure);
        for (var i = 0; i < 12; i++)
        {
            await cluster.Silos[0].Grain<Reminders.IRemindedGrain>($"r{i}")
                .RegisterAsync($"r{i}", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        }

        await cluster.AdvanceAsync(TimeSpan.FromSeconds(61));
        await cluster.EventuallyAsync(() => log.Ticks.Count == 12 && cluster.Silos.All(NoneTicks), "each ticks once");
        cluster.Silos[1].Kill();
        await cluster.AdvanceAsync(TimeSpan.FromSeconds(60));
        await cluster.EventuallyAsync(() => log.Ticks.Count == 24, "each ticks once more");
    }

    private async Task CallAsync(TestCluster cluster, ClusterSilo silo, string key)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await silo.Grain<ILocatedGrain>(key).WhereAsync();
                return;
            }
            catch (OrleansMessageRejectionException) when (attempt < 20)
            {
                var passed = cluster.PassedAsync(TimeSpan.FromMilliseconds(100));
                Interlocked.Increment(ref _pausing);
                await passed;
                Interlocked.Decrement(ref _pausing);
            }
        }
    }

    private static bool NoneTicks(ClusterSilo silo) =>
        silo.Services.GetRequiredService<Runtime.Reminders.ReminderSchedule>().Ticking == 0;

    private static SiloAddress OwnerOf(ClusterSilo silo, string key) =>
        OwnerOf(silo, silo.Grain<ILocatedGrain>(key).GetGrainId());

    private static SiloAddress OwnerOf(ClusterSilo silo, GrainId grain) =>
        silo.Services.GetRequiredService<SiloRing>().OwnerOf(grain)!;

    // Each activation is where it belongs: with the owner of its hash, or where that one has it by a hint.
    private static bool IsSettled(TestCluster cluster) => cluster.Silos.All(silo => silo.Catalog.All.All(activation =>
        OwnerOf(silo, activation.GrainId) is var owner && (owner.Equals(silo.Address) || owner.Equals(activation.PinnedBy))));
}
