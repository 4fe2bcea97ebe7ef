using System.Text.RegularExpressions;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Tests.Servers;
using Orchestration.Workflows;

namespace Orchestration.PostgreSql.Tests;

/// <summary>Making and opening a schema: safe to do twice and at once, with few rights, and clear about what is wrong.</summary>
public sealed partial class OpeningTests() : StoreConformance(new PostgreSqlFixture())
{
    private PostgreSqlFixture Own => (PostgreSqlFixture)Fixture;

    [Fact]
    public async Task OpenAsync_ManySilosAtOnceOnNothing_MakeItOnce()
    {
        var schema = Own.Schema + "_x";
        var silos = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(o => o.Schema = schema)));
        Assert.Single(silos.Select(s => s.DataSet).Distinct());
        Assert.Equal(2L, await Own.Server.QueryAsync($"SELECT count(*) FROM {schema}.schema_versions"));
        await PostgreSqlStores.MigrateAsync(new() { ConnectionString = Own.Server.Address(), Schema = schema });
        Assert.Equal(2L, await Own.Server.QueryAsync($"SELECT count(*) FROM {schema}.schema_versions"));
        foreach (var silo in silos) await silo.DisposeAsync();
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
        var denied = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(silo, $"CREATE TABLE {owner}.x(y int)"));
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
        await Orchestration.Tests.Support.Eventually.EventuallyAsync(
            () => server.QueryAsync("SHOW default_transaction_read_only"), static v => v is "on", "read-only");
        var refused = await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(request));
        Assert.Contains("read-only", refused.Message, StringComparison.Ordinal);
        await server.QueryAsync("ALTER SYSTEM RESET default_transaction_read_only");
        await server.QueryAsync("SELECT pg_reload_conf()");
        await Orchestration.Tests.Support.Eventually.EventuallyAsync(
            () => server.QueryAsync("SHOW default_transaction_read_only"), static v => v is "off", "writes");
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
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

    /// <summary>Follows docs/postgresql.md with other names: the owner's schema is named like the owner.</summary>
    private async Task<PostgreSqlStores> OpenByRoleAsync(string owner, string silo, Func<string, string> change)
    {
        string Named(string sql) => change(sql).Replace("orchestration_silo", silo).Replace("orchestration_owner", owner)
            .Replace("'...'", "'p'").Replace("SCHEMA orchestration", $"SCHEMA {owner}").Replace("orchestration.", owner + ".");
        var blocks = SqlBlock().Matches(await File.ReadAllTextAsync(Document())).Select(m => Named(m.Groups[1].Value)).ToArray();
        Assert.Equal(2, blocks.Length);
        await Own.Server.QueryAsync(blocks[0]);
        await PostgreSqlStores.MigrateAsync(new() { ConnectionString = Own.Server.Address(owner, "p"), Schema = owner });
        await RunAsync(owner, blocks[1]);
        return await OpenAsync(o => (o.ConnectionString, o.Schema) = (Own.Server.Address(silo, "p"), owner));
    }

    private async Task RunAsync(string role, string sql)
    {
        await using var connection = new NpgsqlConnection(Own.Server.Address(role, "p") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Document()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Orchestration.sln"))) directory = directory.Parent!;
        return Path.Combine(directory.FullName, "docs", "postgresql.md");
    }

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SqlBlock();
}
