using Orchestration.Grains.Storage;
using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.PostgreSql.Tests;

/// <summary>What waits together is committed together, and fails apart.</summary>
public sealed class GroupTests() : StoreConformance(new PostgreSqlFixture())
{
    private PostgreSqlFixture Own => (PostgreSqlFixture)Fixture;

    [Fact]
    public async Task AppendAsync_TenThousandBySixtyFourCallers_ShareTransactions()
    {
        const int Callers = 64, Appends = 10_000;
        var keys = Enumerable.Range(0, Callers).Select(i => NewKey($"w{i}")).ToArray();
        var handles = await Task.WhenAll(keys.Select(key => StartAsync(key)));
        var each = Appends / Callers;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => Task.Run(async () =>
        {
            for (var n = 1; n <= each; n++)
                Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(keys[i], n, handles[i])));
        })));

        var schema = Own.Schema;
        Assert.Equal((long)Callers * (each + 1), await Own.Server.QueryAsync($"SELECT count(*) FROM {schema}.turns"));
        var transactions = (long)(await Own.Server.QueryAsync($"SELECT count(DISTINCT xmin::text) FROM {schema}.turns"))!;
        Assert.InRange(transactions, 1, Appends / 8);
    }

    /// <summary>Where commits take long a lane waits for those that come back: none is left waiting by that.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AppendAsync_SlowCommits_GatherAndAnswerAll(int writers)
    {
        const int Callers = 8, Each = 30;
        var options = Own.Options();
        options.Writers = writers;
        await using var stores = await PostgreSqlStores.OpenAsync(options);
        await Own.Server.QueryAsync(
            $"""
            CREATE FUNCTION {Own.Schema}.slowly() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_sleep(0.004); RETURN NULL; END $$;
            CREATE TRIGGER slowly AFTER INSERT ON {Own.Schema}.turns FOR EACH STATEMENT EXECUTE FUNCTION {Own.Schema}.slowly();
            """);
        var keys = Enumerable.Range(0, Callers).Select(i => NewKey($"w{i}")).ToArray();
        var handles = await Task.WhenAll(keys.Select(key => StartAsync(key)));
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            for (var n = 1; n <= Each; n++)
            {
                var request = n % 5 == 0 ? Next(keys[i], n, handles[i], Runnable) : Next(keys[i], n, handles[i]);
                Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
            }
        }));
        foreach (var key in keys) Assert.Equal(Each + 1, (await HistoryAsync(key)).Count);
    }

    /// <summary>Some appends of a group change their summaries, others leave them alone, in one statement.</summary>
    [Fact]
    public async Task AppendAsync_SummariesInPartOfAGroup_ChangeTheirOwnRunsAlone()
    {
        await using var stores = await PostgreSqlStores.OpenAsync(Own.Options());
        var due = Runnable with { State = RunState.Parked, WakeAt = DateTimeOffset.UnixEpoch.AddDays(9), Detail = "kept" };
        var keys = Enumerable.Range(0, 8).Select(i => NewKey($"w{i}")).ToArray();
        var handles = await Task.WhenAll(keys.Select(key => StartAsync(key)));
        for (var i = 0; i < 8; i++) await stores.History.AppendAsync(Next(keys[i], 1, handles[i], due));

        // Held up behind one row until all wait, and are one group then.
        var holder = await RowHolder.HoldAsync(
            Own.Server, $"UPDATE {Own.Schema}.runs SET wakes = wakes WHERE handle = {handles[0]}");
        var appends = new List<Task<AppendResult>> { stores.History.AppendAsync(Next(keys[0], 2, handles[0])).AsTask() };
        await Own.Server.BlockedAsync(Own.Schema, 1);
        for (var i = 1; i < 8; i++)
            appends.Add(stores.History.AppendAsync(Next(keys[i], 2, handles[i], i % 2 == 0 ? Closed : null)).AsTask());
        await holder.CommitAsync();
        Assert.All(await Task.WhenAll(appends), result => Assert.Equal(AppendOutcome.Appended, result.Outcome));
        for (var i = 0; i < 8; i++)
            Assert.Equal(i > 0 && i % 2 == 0 ? Closed : due, (await Store.FindAsync(keys[i].Key))!.Summary);
    }

    /// <summary>A session's plans are made while the tables are empty, where a scan of all rows looks cheapest.</summary>
    [Fact]
    public async Task Statements_PlannedOverEmptyTables_NeverScanThem()
    {
        const int Runs = 300;
        var keys = Enumerable.Range(0, Runs).Select(i => NewKey($"w{i}")).ToArray();
        foreach (var some in keys.Chunk(20))
        {
            var handles = await Task.WhenAll(some.Select(key => StartAsync(key)));
            for (var i = 0; i < some.Length; i++)
            {
                await AppendAsync(Next(some[i], 1, handles[i]));
                await AppendAsync(Next(some[i], 2, handles[i], Closed));
                await Store.CountWakeAsync(some[i], handles[i]);
                await Store.UpdateSummaryAsync(some[i], handles[i], 3, Closed);
                await Store.FindAsync(some[i].Key);
                await HistoryAsync(some[i]);
            }

            await Store.DueRunsAsync(new DueQuery(
                Shards.Of(some[0].Key, Store.ShardCount), RunState.Runnable, DateTimeOffset.MaxValue, 10));
            await Store.ListAsync(new ListQuery { PageSize = 10 });
        }

        // Sessions hand in their counts when they have been idle for a moment.
        await Eventually.EventuallyAsync(
            () => ScansAsync("idx_scan"), scans => scans >= Runs * 6, "counts of what went by an index");

        // The making of each index was one; statements would come to hundreds.
        var indexes = (long)(await Own.Server.QueryAsync(
            $"SELECT count(*) FROM pg_indexes WHERE schemaname = '{Own.Schema}' AND tablename IN ('runs', 'turns')"))!;
        Assert.InRange(await ScansAsync("seq_scan"), 0, indexes);
    }

    [Fact]
    public async Task AppendAsync_OneThatTheServerRefuses_FailsAlone()
    {
        await using var stores = await PostgreSqlStores.OpenAsync(new PostgreSqlStoreOptions
        {
            ConnectionString = Own.Server.Address(), Schema = Own.Schema, Writers = 1,
        });
        var blocked = NewKey("blocked");
        var handle = await StartAsync(blocked);
        await using var holder = await RowHolder.HoldAsync(Own.Server, $"UPDATE {Own.Schema}.runs SET wakes = wakes");

        // They gather behind the one lane's group, and are one group then.
        var first = stores.History.AppendAsync(Next(blocked, 1, handle)).AsTask();
        await Own.Server.BlockedAsync(Own.Schema, 1);
        var good = Enumerable.Range(0, 20).Select(i => stores.History.AppendAsync(First(NewKey($"w{i}"))).AsTask()).ToArray();
        var bad = stores.History.AppendAsync(First(NewKey("bad"), type: "zero\0byte")).AsTask();
        await holder.CommitAsync();

        Assert.Equal(AppendOutcome.Appended, (await first).Outcome);
        Assert.All(await Task.WhenAll(good), r => Assert.Equal(AppendOutcome.Appended, r.Outcome));
        var fault = await Assert.ThrowsAsync<EngineFault>(() => bad);
        Assert.Equal(FaultCodes.StoreUnavailable, fault.Code);
        Assert.Equal(21, (await Store.ListAsync(new ListQuery())).Runs.Count);
    }

    [Fact]
    public async Task AppendAsync_CommitItselfFails_IsNotAcknowledged()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var schema = Own.Schema;
        await Own.Server.QueryAsync(
            $"""
            CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON {schema}.turns DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION {schema}.refuse();
            """);
        var request = Next(key, 1, handle, Closed);
        var fault = await Assert.ThrowsAsync<StoreUnavailable>(async () => await Store.AppendAsync(request));
        Assert.Contains("not now", fault.Message, StringComparison.Ordinal);
        Assert.Single(await HistoryAsync(key));
        Assert.Equal(Runnable, (await Store.FindAsync(key.Key))!.Summary);

        await Own.Server.QueryAsync($"DROP TRIGGER refuse ON {schema}.turns");
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(request));
        Assert.Equal(2, (await HistoryAsync(key)).Count);
    }

    [Fact]
    public async Task AppendAsync_ServerWouldNotFlush_IsFlushedNevertheless()
    {
        await using var stores = await PostgreSqlStores.OpenAsync(
            Own.Options(Own.Server.Address() + ";Options=-c synchronous_commit=off"));
        await Own.Server.QueryAsync(
            $"""
            CREATE FUNCTION {Own.Schema}.flushed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN IF current_setting('synchronous_commit') <> 'on' THEN RAISE 'not flushed'; END IF; RETURN NULL; END $$;
            CREATE TRIGGER flushed AFTER INSERT ON {Own.Schema}.turns FOR EACH ROW EXECUTE FUNCTION {Own.Schema}.flushed();
            """);
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(First(NewKey()))).Outcome);
    }

    [Fact]
    public async Task AppendAsync_DeadlockWithAnotherClient_IsDoneAgain()
    {
        var options = Own.Options(Own.Server.Address() + ";Options=-c deadlock_timeout=3s");
        options.Writers = 1;
        await using var stores = await PostgreSqlStores.OpenAsync(options);
        var keys = new[] { NewKey("first"), NewKey("second"), NewKey("third") };
        var handles = new List<long>();
        foreach (var key in keys) handles.Add(await StartAsync(key));
        string Touch(int run) => $"UPDATE {Own.Schema}.runs SET wakes = wakes WHERE handle = {handles[run]}";

        // The lane is kept busy until two appends wait, which are one group then: it holds the first row and waits for the
        // second.
        var busy = await RowHolder.HoldAsync(Own.Server, Touch(2));
        var appends = new List<Task<AppendResult>> { stores.History.AppendAsync(Next(keys[2], 1, handles[2])).AsTask() };
        await Own.Server.BlockedAsync(Own.Schema, 1);
        await using var other = await RowHolder.HoldAsync(Own.Server, "SET deadlock_timeout = '1h'; " + Touch(1));
        for (var i = 0; i < 2; i++) appends.Add(stores.History.AppendAsync(Next(keys[i], 1, handles[i])).AsTask());
        await busy.CommitAsync();
        await appends[0];
        await Own.Server.BlockedAsync(Own.Schema, 1);
        await other.RunAsync(Touch(0));
        await other.CommitAsync();
        Assert.All(await Task.WhenAll(appends), r => Assert.Equal(AppendOutcome.Appended, r.Outcome));
        await busy.DisposeAsync();
    }

    [Fact]
    public async Task AppendAsync_TooManyWaiting_IsRefusedUnwritten()
    {
        await using var stores = await PostgreSqlStores.OpenAsync(new PostgreSqlStoreOptions
        {
            ConnectionString = Own.Server.Address(), Schema = Own.Schema, MaximumWaiting = 2,
        });
        var key = NewKey();
        var handle = await StartAsync(key);
        await using var holder = await RowHolder.HoldAsync(Own.Server, $"UPDATE {Own.Schema}.runs SET wakes = wakes");
        var waiting = new[] { 1, 2 }.Select(n => stores.History.AppendAsync(Next(key, n, handle)).AsTask()).ToArray();
        await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(Next(key, 3, handle)));
        await holder.CommitAsync();
        Assert.All(await Task.WhenAll(waiting), r => Assert.Equal(AppendOutcome.Appended, r.Outcome));
        Assert.Equal(3, (await HistoryAsync(key)).Count);
    }

    [Fact]
    public async Task ReadAsync_MoreTurnsThanOnePage_GivesAll()
    {
        const int Turns = 2500;
        var key = NewKey();
        var handle = await StartAsync(key);
        await Own.Server.QueryAsync(
            $"""
            INSERT INTO {Own.Schema}.turns(handle, first, activation, number, count, format, body)
            SELECT {handle}, n, gen_random_uuid(), n, 1, 1, '\x01' FROM generate_series(2, {Turns}) n
            """);
        Assert.Equal(
            Enumerable.Range(1, Turns).Select(n => (long)n), (await HistoryAsync(key)).Select(b => b.FirstSequence));
        Assert.Equal(
            Enumerable.Range(2000, Turns - 1999).Select(n => (long)n),
            (await HistoryAsync(key, 2000)).Select(b => b.FirstSequence));
    }

    private async Task<long> ScansAsync(string kind) => (long)(await Own.Server.QueryAsync(
        $"SELECT sum({kind})::bigint FROM pg_stat_user_tables "
        + $"WHERE schemaname = '{Own.Schema}' AND relname IN ('runs', 'turns')"))!;
}
