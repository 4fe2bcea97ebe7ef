using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Tests.Servers;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.PostgreSql.Tests;

/// <summary>A database that was put back from a backup is told from one that goes on, however the backup was made.</summary>
public sealed class RestoreTests() : StoreConformance(new PostgreSqlFixture())
{
    private readonly DirectoryInfo _witness = Directory.CreateTempSubdirectory("witness-");

    private PostgreSqlFixture Own => (PostgreSqlFixture)Fixture;

    public override async Task DisposeAsync()
    {
        _witness.Delete(recursive: true);
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenAsync_DumpPutBack_NeedsConsent(bool elsewhere)
    {
        var (before, after) = (NewKey("before"), NewKey("after"));
        await Store.AppendAsync(First(before));
        var dump = await Own.Server.DumpAsync(Own.Schema);
        await Store.AppendAsync(First(after));
        await Own.Stores.DisposeAsync();
        var options = Own.Options();
        if (elsewhere)
        {
            await Own.Server.QueryAsync($"CREATE DATABASE {Own.Schema}");
            options.ConnectionString = Own.Server.Address(database: Own.Schema);
            await Own.Server.PutBackAsync(dump, Own.Schema);
        }
        else
        {
            await Own.Server.QueryAsync($"DROP SCHEMA {Own.Schema} CASCADE");
            await Own.Server.PutBackAsync(dump);
        }

        await RefusedAsync(options, "put back from a dump");
        options.AcceptRestore = true;
        await using (var accepted = await PostgreSqlStores.OpenAsync(options))
        {
            Assert.True(accepted.WasRestored);
            Assert.NotEqual(Own.Stores.IncarnationId, accepted.IncarnationId);
            Assert.Equal(Own.Stores.DataSet, accepted.DataSet);
            Assert.NotNull(await accepted.History.FindAsync(before.Key));
            Assert.Null(await accepted.History.FindAsync(after.Key));
        }

        options.AcceptRestore = false;
        await using (var again = await PostgreSqlStores.OpenAsync(options)) Assert.False(again.WasRestored);
        NpgsqlConnection.ClearAllPools();
        if (elsewhere) await Own.Server.QueryAsync($"DROP DATABASE {Own.Schema} WITH (FORCE)");
    }

    [Fact]
    public async Task OpenAsync_AgainAndAtOnce_IsNoRestore()
    {
        await Own.Stores.DisposeAsync();
        var silos = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => PostgreSqlStores.OpenAsync(Watched(Own.Server, Own.Schema))));
        Assert.DoesNotContain(silos, static silo => silo.WasRestored);
        Assert.Single(silos.Select(static silo => silo.IncarnationId).Distinct());
        foreach (var silo in silos) await silo.DisposeAsync();
        await using var again = await PostgreSqlStores.OpenAsync(Watched(Own.Server, Own.Schema));
        Assert.False(again.WasRestored);
    }

    [Fact]
    public async Task OpenAsync_ServerCrashedAndStarted_IsNoRestore()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using (var stores = await PostgreSqlStores.OpenAsync(Watched(server)))
            await stores.History.AppendAsync(First(NewKey()));
        await server.StopAsync();
        await server.StartAsync();
        await using var again = await PostgreSqlStores.OpenAsync(Watched(server));
        Assert.False(again.WasRestored);
    }

    [Theory]
    [InlineData(false, "lacks what had been written")]
    [InlineData(true, "went on from a backup")]
    public async Task OpenAsync_FilesPutBack_NeedsConsent(bool toAPointInTime, string says)
    {
        await using var server = await PostgresServer.StartNewAsync();
        var (before, after) = (NewKey("before"), NewKey("after"));
        await using (var stores = await PostgreSqlStores.OpenAsync(Watched(server)))
        {
            await stores.History.AppendAsync(First(before));
            await server.BackUpFilesAsync();
        }

        // With and without a witness: what a point in time leaves is told by the server alone.
        var options = toAPointInTime ? Plain(server) : Watched(server);
        await using (var stores = await PostgreSqlStores.OpenAsync(options)) await stores.History.AppendAsync(First(after));
        await server.PutFilesBackAsync(toAPointInTime);
        await Eventually.EventuallyAsync(
            () => server.QueryAsync("SELECT pg_is_in_recovery()"), static recovers => recovers is false, "it has recovered");
        await RefusedAsync(options, says);
        options.AcceptRestore = true;
        await using (var accepted = await PostgreSqlStores.OpenAsync(options))
        {
            Assert.True(accepted.WasRestored);
            Assert.NotNull(await accepted.History.FindAsync(before.Key));
            Assert.Null(await accepted.History.FindAsync(after.Key));
        }

        options.AcceptRestore = false;
        await using var again = await PostgreSqlStores.OpenAsync(options);
        Assert.False(again.WasRestored);
    }

    [Fact]
    public async Task AppendAsync_FilesPutBackUnderneath_WritesNothing()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var stores = await PostgreSqlStores.OpenAsync(Plain(server));
        await stores.History.AppendAsync(First(NewKey("before")));
        await server.BackUpFilesAsync();

        // Its writes tell once a second how far the server's log has come.
        var written = 0;
        var since = DateTimeOffset.UtcNow;
        await Eventually.EventuallyAsync(
            async () =>
            {
                await stores.History.AppendAsync(First(NewKey($"after-{written++}")));
                return DateTimeOffset.UtcNow - since;
            },
            static passed => passed > TimeSpan.FromSeconds(1.2), "a second of writes");
        await server.PutFilesBackAsync(toAPointInTime: false);
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(() => UnavailableAsync(stores, NewKey("late")));
        Assert.Contains("Nothing is written", failed.Message, StringComparison.Ordinal);
        Assert.Contains("--accept-restore", failed.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.FindAsync(NewKey("before").Key));
        Assert.Equal(1L, await server.QueryAsync("SELECT count(*) FROM orchestration.runs"));
    }

    [Fact]
    public async Task AppendAsync_StandbyThatHasAllTakesOver_GoesOnAndLaterOpeningsNeedNoConsent()
    {
        await using var primary = await PostgresServer.StartNewAsync();
        await (await PostgreSqlStores.OpenAsync(Plain(primary))).DisposeAsync();
        await using var standby = await primary.StartStandbyAsync();
        var options = Plain(primary);
        var settings = new NpgsqlConnectionStringBuilder(primary.Address());
        settings.Host = $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}";
        settings.Remove("Port");
        options.ConnectionString = settings.ConnectionString;
        await using var stores = await PostgreSqlStores.OpenAsync(options);
        await stores.History.AppendAsync(First(NewKey("before")));
        await Eventually.EventuallyAsync(
            () => standby.QueryAsync("SELECT count(*) FROM orchestration.runs"), static count => count is 1L, "it has all");
        await primary.StopAsync();
        await standby.PromoteAsync();
        await Eventually.EventuallyAsync(
            async () =>
            {
                try
                {
                    return (await stores.History.AppendAsync(First(NewKey("after")))).Outcome.ToString();
                }
                catch (StoreUnavailable e)
                {
                    return e.Message;
                }
            },
            static outcome => outcome == nameof(AppendOutcome.Appended), "writes go on");
        await using var again = await PostgreSqlStores.OpenAsync(Plain(standby));
        Assert.False(again.WasRestored);
        Assert.Equal(stores.IncarnationId, again.IncarnationId);
    }

    [Fact]
    public async Task OpenAsync_WitnessIsSomethingElse_SaysWhatToDo()
    {
        await Own.Stores.DisposeAsync();
        await File.WriteAllTextAsync(
            Path.Combine(_witness.FullName, $"postgresql-{Own.Stores.DataSet:N}.0.witness"), "something else");
        var refused = await Assert.ThrowsAsync<StoreRefused>(() => PostgreSqlStores.OpenAsync(Watched(Own.Server, Own.Schema)));
        Assert.Equal(FaultCodes.StoreUnfit, refused.Code);
        Assert.Contains("remove it", refused.Message, StringComparison.Ordinal);
    }

    private static PostgreSqlStoreOptions Plain(PostgresServer server) => new() { ConnectionString = server.Address() };

    private PostgreSqlStoreOptions Watched(PostgresServer server, string schema = "orchestration") => new()
    {
        ConnectionString = server.Address(), Schema = schema, WitnessDirectory = _witness.FullName,
    };

    /// <summary>Repeats a write that fails only because its old connection is gone.</summary>
    private static async Task UnavailableAsync(PostgreSqlStores stores, StoreKey key)
    {
        try
        {
            await stores.History.AppendAsync(First(key));
        }
        catch (StoreUnavailable e) when (!e.Message.Contains("Nothing is written", StringComparison.Ordinal))
        {
            await stores.History.AppendAsync(First(key));
        }
    }

    private static async Task RefusedAsync(PostgreSqlStoreOptions options, string says)
    {
        var refused = await Assert.ThrowsAsync<StoreRefused>(() => PostgreSqlStores.OpenAsync(options));
        Assert.Equal(FaultCodes.StoreRestored, refused.Code);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--accept-restore", refused.Message, StringComparison.Ordinal);
    }
}
