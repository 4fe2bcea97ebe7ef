using Orchestration.Grains.Storage;
using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Tests.Servers;
using Orchestration.Tests.Support;

namespace Orchestration.PostgreSql.Tests;

/// <summary>
/// Connections and servers that go in the midst: outcomes are unknown, and repeats end with every turn written once.
/// </summary>
public sealed class LossTests() : StoreConformance(new PostgreSqlFixture())
{
    private PostgreSqlFixture Own => (PostgreSqlFixture)Fixture;

    [Fact]
    public async Task AppendAsync_ConnectionKilledInItsMidst_IsUnknownAndMayBeRepeated()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var request = Next(key, 1, handle, Closed);
        await using (await RowHolder.HoldAsync(Own.Server, $"UPDATE {Own.Schema}.runs SET wakes = wakes"))
        {
            var append = Store.AppendAsync(request).AsTask();
            await Own.Server.BlockedAsync(Own.Schema, 1);
            await Own.Server.QueryAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                + $"AND query LIKE '%{Own.Schema}.%'");
            await Assert.ThrowsAsync<StoreUnavailable>(() => append);
        }

        Assert.Single(await HistoryAsync(key));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(request));
        Assert.Equal(2, (await HistoryAsync(key)).Count);
    }

    [Fact]
    public async Task AppendAsync_AnswerLostAfterTheCommit_IsRecognisedWhenRepeated()
    {
        await using var thief = new AnswerThief(Own.Server.Port);
        await using var stores = await PostgreSqlStores.OpenAsync(Own.Options(Own.Server.Address(port: thief.Port)));
        var (start, previous) = (First(NewKey(), Closed), NewKey("other"));
        var handle = await StartAsync(previous, Closed);
        var append = Next(previous, 1, handle, Closed, body: "once");
        var next = First(NewKey("other"), previous: previous.RunId);
        foreach (var request in new[] { start, append, next })
        {
            // The lane's connection, opened while answers still come.
            await stores.History.SaveHeartbeatAsync(previous, handle, new HeartbeatRecord(1, 1, Workflows.Payload.Null));
            thief.Steals = true;
            var before = thief.Stolen;
            await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(request));
            Assert.True(thief.Stolen > before);
            thief.Steals = false;
            Assert.True((await Store.FindAsync(request.Key.Key, request.Key.RunId)) is not null);
            Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
        }

        Assert.Single(await HistoryAsync(start.Key));
        Assert.Equal(["started", "once"], (await HistoryAsync(previous)).Select(Text));
        Assert.Single(await HistoryAsync(next.Key));
        Assert.Equal(next.Key, (await Store.FindAsync(previous.Key))!.Key);
    }

    [Fact]
    public async Task AppendAsync_EarlierTryStillUnderWay_IsRecognisedOnceItIsDone()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var request = Next(key, 1, handle);
        await using var other = await PostgreSqlStores.OpenAsync(Own.Options());
        await using var holder = await RowHolder.HoldAsync(Own.Server, $"UPDATE {Own.Schema}.runs SET wakes = wakes");
        var earlier = Store.AppendAsync(request).AsTask();
        await Own.Server.BlockedAsync(Own.Schema, 1);
        var repeat = other.History.AppendAsync(request).AsTask();
        await Own.Server.BlockedAsync(Own.Schema, 2);
        await holder.CommitAsync();
        Assert.Equal(AppendOutcome.Appended, (await earlier).Outcome);
        Assert.Equal(AppendOutcome.Appended, (await repeat).Outcome);
        Assert.Equal(2, (await HistoryAsync(key)).Count);
    }

    [Fact]
    public async Task Store_DatabaseRestartsInTheMidst_EachTurnStandsOnce()
    {
        const int Writers = 12, Part = 20, Restarts = 2;
        await using var server = await PostgresServer.StartNewAsync();
        await using var stores = await PostgreSqlStores.OpenAsync(new PostgreSqlStoreOptions
        {
            ConnectionString = server.Address(),
        });
        var written = 0;
        var lost = 0;
        var isOver = false;
        var writers = Enumerable.Range(0, Writers).Select(i => Task.Run(async () =>
        {
            var key = NewKey($"w{i}");
            var (handle, n) = (0L, 0);

            // For as long as the server is restarted, and a part more.
            for (var left = Part; left > 0; n++)
            {
                var request = n == 0 ? First(key) : Next(key, n, handle, body: $"{n}");
                var result = await RepeatedAsync(
                    () => stores.History.AppendAsync(request).AsTask(), () => Interlocked.Increment(ref lost));
                Assert.Equal(AppendOutcome.Appended, result.Outcome);
                handle = result.Handle;
                Interlocked.Increment(ref written);
                if (Volatile.Read(ref isOver)) left--;
            }

            return (Key: key, Turns: n);
        })).ToArray();
        for (var n = 0; n < Restarts; n++)
        {
            var more = Volatile.Read(ref written) + (Writers * Part);
            await Eventually.EventuallyAsync(() => Volatile.Read(ref written) >= more, "appends");
            await server.StopAsync();
            await server.StartAsync();
        }

        Volatile.Write(ref isOver, true);
        foreach (var (key, turns) in await Task.WhenAll(writers))
        {
            var texts = new List<string>();
            for (long? next = 1; next is { } from;)
            {
                var page = await stores.History.ReadAsync(key, 0, from);
                texts.AddRange(page.Batches.Select(Text));
                next = page.NextSequence;
            }

            Assert.Equal(Enumerable.Range(1, turns - 1).Select(n => $"{n}"), texts.Skip(1));
        }

        Assert.True(lost > 0);
    }

    [Fact]
    public async Task AppendAsync_SessionWasReset_IsUnknownOnceAndGoesOn()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        for (var n = 1; n < 5; n++) await Store.AppendAsync(Next(key, n, handle));

        // As a pooler that does not keep sessions does: every prepared statement is gone.
        await using var other = await PostgreSqlStores.OpenAsync(new PostgreSqlStoreOptions
        {
            ConnectionString = Own.Server.Address(), Schema = Own.Schema, Writers = 1, Readers = 1,
        });
        for (var n = 5; n < 9; n++) await other.History.AppendAsync(Next(key, n, handle));
        await Own.Server.QueryAsync(
            $"""
            CREATE FUNCTION {Own.Schema}.forget() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN EXECUTE 'DEALLOCATE ALL'; RETURN NULL; END $$;
            CREATE TRIGGER forget AFTER INSERT ON {Own.Schema}.turns FOR EACH STATEMENT EXECUTE FUNCTION {Own.Schema}.forget();
            """);
        await other.History.AppendAsync(Next(key, 9, handle));
        await Own.Server.QueryAsync($"DROP TRIGGER forget ON {Own.Schema}.turns");
        var request = Next(key, 10, handle);
        await Assert.ThrowsAsync<StoreUnavailable>(async () => await other.History.AppendAsync(request));
        Assert.Equal(AppendOutcome.Appended, (await other.History.AppendAsync(request)).Outcome);
    }

    [Fact]
    public async Task Reads_DatabaseWasRestarted_GoOnWithFreshConnections()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var stores = await PostgreSqlStores.OpenAsync(new PostgreSqlStoreOptions
        {
            ConnectionString = server.Address(),
        });
        var key = NewKey();
        await stores.History.AppendAsync(First(key));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stores.History.FindAsync(key.Key).AsTask()));
        await server.StopAsync();
        await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.FindAsync(key.Key));
        await server.StartAsync();
        Assert.Equal(key, (await stores.History.FindAsync(key.Key))!.Key);
    }

    [Fact]
    public async Task DisposeAsync_DatabaseDoesNotAnswer_FailsWhatWaits()
    {
        var time = new ManualTimeProvider();
        var stores = await PostgreSqlStores.OpenAsync(Own.Options(), timeProvider: time);
        var key = NewKey();
        var handle = await StartAsync(key);
        await using var holder = await RowHolder.HoldAsync(Own.Server, $"UPDATE {Own.Schema}.runs SET wakes = wakes");
        var append = stores.History.AppendAsync(Next(key, 1, handle)).AsTask();
        await Own.Server.BlockedAsync(Own.Schema, 1);
        var closing = stores.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stores.History.AppendAsync(Next(key, 2, handle)));
        Assert.False(closing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAsync<StoreUnavailable>(() => append);
        await closing;
        Assert.Single(await HistoryAsync(key));
    }

    /// <summary>Repeats as the workflow grain does, until there is an answer.</summary>
    private static async Task<AppendResult> RepeatedAsync(Func<Task<AppendResult>> append, Action failed)
    {
        AppendResult? answer = null;
        await Eventually.EventuallyAsync(
            async () =>
            {
                try
                {
                    answer = await append();
                }
                catch (StoreUnavailable)
                {
                    failed();
                }

                return answer is not null;
            },
            static done => done, "an answer to an append");
        return answer!.Value;
    }
}
