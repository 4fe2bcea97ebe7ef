using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Tests.Servers;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.PostgreSql.Tests;

/// <summary>Making and opening a schema: safe to do twice and at once, with few rights, and clear about what is wrong.</summary>
public sealed class OpeningTests() : StoreConformance(new PostgreSqlFixture())
{
    private PostgreSqlFixture Own => (PostgreSqlFixture)Fixture;

    [Fact]
    public async Task OpenAsync_ManySilosAtOnceOnNothing_MakeItOnce()
    {
        var schema = Own.Schema + "_x";
        var silos = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(o => o.Schema = schema)));
        Assert.Single(silos.Select(s => s.DataSet).Distinct());
        Assert.Equal(5L, await Own.Server.QueryAsync($"SELECT count(*) FROM {schema}.schema_versions"));
        await PostgreSqlStores.MigrateAsync(new() { ConnectionString = Own.Server.Address(), Schema = schema });
        Assert.Equal(5L, await Own.Server.QueryAsync($"SELECT count(*) FROM {schema}.schema_versions"));
        foreach (var silo in silos) await silo.DisposeAsync();
        await Own.Server.QueryAsync($"DROP SCHEMA {schema} CASCADE");
    }

    [Fact]
    public async Task OpenAsync_WithAnotherShardCount_KeepsTheDataSetsOwn()
    {
        var schema = Own.Schema + "_x";
        await using (var first = await OpenAsync(o => (o.Schema, o.ShardCount) = (schema, 8)))
            Assert.Equal(8, first.History.ShardCount);
        await using (var again = await OpenAsync(o => o.Schema = schema)) Assert.Equal(8, again.History.ShardCount);
        await Own.Server.QueryAsync($"DELETE FROM {schema}.meta WHERE key = 'shards'");
        await using (var older = await OpenAsync(o => o.Schema = schema)) Assert.Equal(256, older.History.ShardCount);
        await Own.Server.QueryAsync($"DROP SCHEMA {schema} CASCADE");
    }

    [Fact]
    public async Task OpenAsync_MigrationFailsHalfWay_LeavesNothing()
    {
        var schema = Own.Schema + "_x";
        await Own.Server.QueryAsync($"CREATE SCHEMA {schema}; CREATE TABLE {schema}.states(other text)");
        await Assert.ThrowsAsync<StoreUnavailable>(() => OpenAsync(o => o.Schema = schema));
        Assert.Equal(1L, await Own.Server.QueryAsync(
            $"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'"));
        await Own.Server.QueryAsync($"DROP TABLE {schema}.states");
        await (await OpenAsync(o => o.Schema = schema)).DisposeAsync();
        await Own.Server.QueryAsync($"DROP SCHEMA {schema} CASCADE");
    }

    [Fact]
    public async Task OpenAsync_NewerSchema_IsRefusedUntouched()
    {
        await Own.Server.QueryAsync($"INSERT INTO {Own.Schema}.schema_versions(version) VALUES (99)");
        var refused = await RefusedAsync(static _ => { });
        Assert.Equal(FaultCodes.StoreTooNew, refused.Code);
        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<StoreRefused>(() => PostgreSqlStores.MigrateAsync(Own.Options()));
        Assert.Equal(FaultCodes.StoreTooNew, refused.Code);
    }

    [Fact]
    public async Task OpenAsync_MayNotMigrate_RefusesWhatIsMissing()
    {
        var refused = await RefusedAsync(o => (o.Schema, o.Migrate) = (Own.Schema + "_x", false));
        Assert.Contains("no tables yet", refused.Message, StringComparison.Ordinal);
        await (await OpenAsync(static o => o.Migrate = false)).DisposeAsync();
    }

    [Fact]
    public async Task OpenAsync_WithTheDocumentedGrants_DoesAllThereIs()
    {
        var (owner, silo) = (Own.Schema[..20] + "_owner", Own.Schema[..20] + "_silo");
        await using var stores = await OpenByRoleAsync(owner, silo, static statement => statement);
        var key = NewKey();
        var handle = (await stores.History.AppendAsync(First(key))).Handle;
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(Next(key, 1, handle, Closed))).Outcome);
        await stores.History.SaveHeartbeatAsync(key, handle, new HeartbeatRecord(1, 1, Payload.Null));
        await stores.History.SaveHeartbeatAsync(key, handle, new HeartbeatRecord(1, 2, Payload.Null));
        Assert.Equal(1, await stores.History.CountWakeAsync(key, handle));
        Assert.True(await stores.History.PurgeAsync(key));
        var row = new ReminderRow("g", 1, "n", T0, TimeSpan.FromMinutes(1), "");
        await stores.Reminders.UpsertAsync(row);
        Assert.True(await stores.Reminders.RemoveAsync("g", "n", await stores.Reminders.UpsertAsync(row)));
        var tag = await stores.SmallState.WriteAsync("k", "a", null, Body("x"));
        Assert.True(await stores.SmallState.ClearAsync("k", "a", await stores.SmallState.WriteAsync("k", "a", tag, Body("y"))));
        var denied = await Assert.ThrowsAsync<PostgresException>(
            () => Grants.RunAsync(Own.Server, silo, $"CREATE TABLE {owner}.x(y int)"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }

    [Fact]
    public async Task OpenAsync_AGrantIsMissing_NamesIt()
    {
        var (owner, silo) = (Own.Schema[..20] + "_owner", Own.Schema[..20] + "_silo");
        var refused = await Assert.ThrowsAsync<StoreRefused>(
            () => OpenByRoleAsync(owner, silo, static s => s.Replace("SELECT, INSERT, DELETE ON", "SELECT, DELETE ON")));
        Assert.Equal(FaultCodes.StoreUnfit, refused.Code);
        Assert.Contains("INSERT ON turns", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NoRightAtAll_IsRefused()
    {
        var role = Own.Schema[..20] + "_none";
        await Own.Server.QueryAsync($"CREATE ROLE {role} LOGIN PASSWORD 'p'");
        var refused = await RefusedAsync(o => o.ConnectionString = Own.Server.Address(role, "p"));
        Assert.Contains("permission denied", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_ReadOnly_IsRefused()
    {
        var refused = await RefusedAsync(
            o => o.ConnectionString = Own.Server.Address() + ";Options=-c default_transaction_read_only=on");
        Assert.Contains("read-only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppendAsync_ServerTurnsReadOnly_IsUnavailableUntilItTakesWrites()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var stores = await PostgreSqlStores.OpenAsync(new() { ConnectionString = server.Address() });
        var key = NewKey();
        var handle = (await stores.History.AppendAsync(First(key))).Handle;
        var request = Next(key, 1, handle);
        await server.QueryAsync("ALTER SYSTEM SET default_transaction_read_only = on");
        await server.QueryAsync("SELECT pg_reload_conf()");
        await Eventually.EventuallyAsync(
            () => server.QueryAsync("SHOW default_transaction_read_only"), static v => v is "on", "read-only");
        var refused = await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(request));
        Assert.Contains("read-only", refused.Message, StringComparison.Ordinal);
        await server.QueryAsync("ALTER SYSTEM RESET default_transaction_read_only");
        await server.QueryAsync("SELECT pg_reload_conf()");
        await Eventually.EventuallyAsync(
            () => server.QueryAsync("SHOW default_transaction_read_only"), static v => v is "off", "writes");
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
    }

    [Theory]
    [InlineData(180, "180 s ahead of")]
    [InlineData(-240, "240 s behind")]
    public async Task OpenAsync_ClockIsMinutesOff_SaysByHowMuchOnceAndGoesOn(int seconds, string says)
    {
        var lines = new LoggedWarnings();
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow.AddSeconds(seconds));
        await using var stores = await PostgreSqlStores.OpenAsync(Own.Options(), lines, time);
        Assert.Contains($"ORCH0208: this machine's clock is {says}", Assert.Single(lines.All), StringComparison.Ordinal);
        await stores.Membership.InsertAsync("c", new MemberRow("s", 1, T0, "{}", ""), 0);
        for (var n = 0; n < 3; n++) await stores.Membership.ReadAsync("c");
        Assert.Single(lines.All);
        time.Advance(TimeSpan.FromSeconds(60));
        await stores.Membership.ReadAsync("c");
        Assert.Equal(2, lines.All.Count);
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(First(NewKey()))).Outcome);
    }

    [Fact]
    public async Task OpenAsync_AStandby_SaysToNameThePrimary()
    {
        await using var primary = await PostgresServer.StartNewAsync();
        await (await PostgreSqlStores.OpenAsync(new() { ConnectionString = primary.Address() })).DisposeAsync();
        await using var standby = await primary.StartStandbyAsync();
        var refused = await RefusedAsync(o => (o.ConnectionString, o.Schema) = (standby.Address(), "orchestration"));
        Assert.Contains("Name the primary", refused.Message, StringComparison.Ordinal);

        // Named together, the one that takes writes is found.
        var both = $"Host=127.0.0.1:{standby.Port},127.0.0.1:{primary.Port};{Rest(primary.Address())}";
        await using var stores = await PostgreSqlStores.OpenAsync(new() { ConnectionString = both });
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(First(NewKey()))).Outcome);
    }

    private static string Rest(string address)
    {
        var settings = new NpgsqlConnectionStringBuilder(address);
        settings.Remove("Host");
        settings.Remove("Port");
        return settings.ConnectionString;
    }

    [Fact]
    public async Task OpenAsync_WrongAddresses_SayWhatIsWrong()
    {
        Assert.Contains("does not let this user in", (await RefusedAsync(
            o => o.ConnectionString = Own.Server.Address(password: "wrong"))).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", (await RefusedAsync(
            o => o.ConnectionString = Own.Server.Address(database: "nowhere"))).Message, StringComparison.Ordinal);
        Assert.Contains("names no host", (await RefusedAsync(o => o.ConnectionString = "")).Message, StringComparison.Ordinal);
        Assert.Contains("schema", (await RefusedAsync(o => o.Schema = "x; DROP")).Message, StringComparison.Ordinal);
        var unreadable = await RefusedAsync(static o => o.ConnectionString = "Host=x;Password=secret;Nonsense=1;Port=secret");
        Assert.DoesNotContain("secret", unreadable.ToString(), StringComparison.Ordinal);

        var unreachable = await Assert.ThrowsAsync<StoreUnavailable>(
            () => OpenAsync(o => o.ConnectionString = Own.Server.Address(port: 1)));
        Assert.Contains("127.0.0.1:1", unreachable.Message, StringComparison.Ordinal);
    }

    private Task<PostgreSqlStores> OpenAsync(Action<PostgreSqlStoreOptions> configure)
    {
        var options = Own.Options();
        configure(options);
        return PostgreSqlStores.OpenAsync(options);
    }

    private Task<StoreRefused> RefusedAsync(Action<PostgreSqlStoreOptions> configure) =>
        Assert.ThrowsAsync<StoreRefused>(() => OpenAsync(configure));

    private async Task<PostgreSqlStores> OpenByRoleAsync(string owner, string silo, Func<string, string> change)
    {
        await Grants.MakeAsync(Own.Server, owner, silo, change);
        return await OpenAsync(o => (o.ConnectionString, o.Schema) = (Own.Server.Address(silo, "p"), owner));
    }
}
