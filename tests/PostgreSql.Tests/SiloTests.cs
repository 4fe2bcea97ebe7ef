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
}
