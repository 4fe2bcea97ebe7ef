using Orchestration.Grains.Storage;
using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Workflows;

namespace Orchestration.PostgreSql.Tests;

/// <summary>Several silos on one schema: the database, not a process, decides who writes.</summary>
public sealed class SiloTests() : StoreConformance(new PostgreSqlFixture())
{
    private PostgreSqlFixture Own => (PostgreSqlFixture)Fixture;

    [Fact]
    public async Task AppendAsync_ManySilosWriteTheSameRuns_OneWinsEachSequence()
    {
        const int Silos = 3, Runs = 12, Turns = 15;
        var keys = Enumerable.Range(0, Runs).Select(i => NewKey($"w{i}")).ToArray();
        var handles = await Task.WhenAll(keys.Select(key => StartAsync(key)));
        var silos = await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => PostgreSqlStores.OpenAsync(Own.Options())));
        var wins = await Task.WhenAll(
            from silo in silos
            from run in Enumerable.Range(0, Runs)
            select WriteAsync(silo.History, keys[run], handles[run], Turns));
        foreach (var silo in silos) await silo.DisposeAsync();

        var turns = 0;
        foreach (var key in keys)
        {
            var history = await HistoryAsync(key);
            turns += history.Count - 1;
            Assert.Equal(Enumerable.Range(1, history.Count).Select(n => (long)n), history.Select(b => b.FirstSequence));
            Assert.Equal(Text(history[^1]), (await Store.FindAsync(key.Key))!.Summary.Detail);
        }

        Assert.Equal(turns, wins.Sum());
    }

    [Fact]
    public async Task Start_ManySilosStartTheSameInstances_OneWinsEach()
    {
        const int Silos = 3, Instances = 60;
        var silos = await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => PostgreSqlStores.OpenAsync(Own.Options())));
        var results = await Task.WhenAll(
            from silo in silos
            from i in Enumerable.Range(0, Instances)
            let key = NewKey($"w{i}")
            select StartedAsync(silo.History, key));
        foreach (var silo in silos) await silo.DisposeAsync();
        foreach (var instance in results.GroupBy(r => r.Key.Key))
        {
            var winner = Assert.Single(instance, r => r.Result.Outcome == AppendOutcome.Appended).Key;
            Assert.All(
                instance.Where(r => r.Key != winner),
                r => Assert.Equal((AppendOutcome.InstanceExists, winner), (r.Result.Outcome, r.Result.Existing!.Key)));
        }
    }

    [Fact]
    public async Task Start_ManySilosContinueTheSameRuns_OneWinsEach()
    {
        const int Silos = 3, Instances = 20;
        var firsts = Enumerable.Range(0, Instances).Select(i => NewKey($"w{i}")).ToArray();
        await Task.WhenAll(firsts.Select(key => StartAsync(key, Closed)));
        var silos = await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => PostgreSqlStores.OpenAsync(Own.Options())));
        var results = await Task.WhenAll(
            from silo in silos
            from first in firsts
            let key = NewKey(first.Key.Id.Value)
            select silo.History.AppendAsync(First(key, previous: first.RunId)).AsTask());
        foreach (var silo in silos) await silo.DisposeAsync();
        Assert.Equal(Instances, results.Count(r => r.Outcome == AppendOutcome.Appended));
        Assert.Equal(Instances * (Silos - 1), results.Count(r => r.Outcome == AppendOutcome.InstanceExists));
        Assert.Equal(2 * Instances, (await Store.ListAsync(new ListQuery { PageSize = 1000 })).Runs.Count);
    }

    [Fact]
    public async Task PurgeAsync_WhileAnotherSiloWrites_LeavesNothingBehind()
    {
        await using var other = await PostgreSqlStores.OpenAsync(Own.Options());
        for (var i = 0; i < 40; i++)
        {
            var key = NewKey($"w{i}");
            var handle = await StartAsync(key, Closed);
            var appends = Enumerable.Range(1, 5).Select(n => Store.AppendAsync(Next(key, n, handle)).AsTask()).ToArray();
            var beat = Store.SaveHeartbeatAsync(key, handle, new HeartbeatRecord(1, 1, Payload.Null)).AsTask();
            Assert.True(await other.History.PurgeAsync(key));
            await Task.WhenAll(appends);
            await beat;
            Assert.All(appends.SkipWhile(a => a.Result.Outcome == AppendOutcome.Appended), a =>
                Assert.Equal(AppendOutcome.Conflict, a.Result.Outcome));
        }

        foreach (var table in new[] { "turns", "heartbeats" })
            Assert.Equal(0L, await Own.Server.QueryAsync($"SELECT count(*) FROM {Own.Schema}.{table}"));
    }

    [Fact]
    public async Task AppendAsync_WaitsForAnotherSilosRow_SeesWhatThatCommitted()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await using var holder = await RowHolder.HoldAsync(Own.Server, $"UPDATE {Own.Schema}.runs SET sequence = 2");
        var append = Store.AppendAsync(Next(key, 1, handle)).AsTask();
        var summary = Store.UpdateSummaryAsync(key, handle, 1, Closed).AsTask();
        await Own.Server.BlockedAsync(Own.Schema, 1);
        await holder.CommitAsync();
        Assert.Equal(AppendOutcome.Conflict, (await append).Outcome);
        Assert.False(await summary);
        Assert.Equal(Runnable, (await Store.FindAsync(key.Key))!.Summary);
    }

    private static async Task<int> WriteAsync(IHistoryStore store, StoreKey key, long handle, int turns)
    {
        var won = 0;
        for (var n = 1; n < turns; n++)
        {
            var body = Guid.NewGuid().ToString();
            var summary = Runnable with { Detail = body };
            var request = Next(key, n, handle, summary, body: body);
            if ((await store.AppendAsync(request)).Outcome == AppendOutcome.Appended) won++;
        }

        return won;
    }

    private static async Task<(StoreKey Key, AppendResult Result)> StartedAsync(IHistoryStore store, StoreKey key) =>
        (key, await store.AppendAsync(First(key)));
}
