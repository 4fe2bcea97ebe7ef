using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Sqlite;
using Orchestration.Tests.Servers;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>
/// Where a workload's histories live: an empty directory, or an empty schema of a PostgreSQL that was named or is started for it.
/// </summary>
internal sealed class LoadStore : IAsyncDisposable
{
    /// <summary>As the value of <c>--store</c>: a server of the driver's own.</summary>
    public const string OwnServer = "postgres";

    /// <summary>As the value of <c>--store</c>: an Azurite of the driver's own, in memory or on disk.</summary>
    public const string OwnAzurite = "azurite";

    /// <inheritdoc cref="OwnAzurite"/>
    public const string OwnAzuriteOnDisk = "azurite-disk";

    private readonly PostgresServer? _server;
    private readonly AzuriteServer? _azurite;
    private readonly string? _schema;

    private const string AzureScheme = "azure:";

    private LoadStore(
        string? address, string? schema, PostgresServer? server, int? serverId, AzuriteServer? azurite = null)
    {
        _azurite = azurite;
        Address = address;
        _schema = schema;
        _server = server;
        ServerId = serverId;
    }

    /// <summary>The address of a PostgreSQL store; null for the embedded one.</summary>
    public string? Address { get; }

    /// <summary>The first process of the server, where it runs on this machine.</summary>
    public int? ServerId { get; }

    /// <summary>Whether an option names an Azure Storage, or an Azurite to be started.</summary>
    public static bool IsAzure(string? store) =>
        store is not null && (store.StartsWith(AzureScheme, StringComparison.Ordinal)
            || store.StartsWith(OwnAzurite, StringComparison.Ordinal));

    /// <summary>What to call it in results, without secrets.</summary>
    public static string NameOf(string? store) => store is null ? "sqlite"
        : store.StartsWith(AzureScheme, StringComparison.Ordinal) ? "azure"
        : store.StartsWith(OwnAzurite, StringComparison.Ordinal) ? store : "postgres";

    /// <summary>Makes an empty one.</summary>
    public static async Task<LoadStore> CreateAsync(LoadOptions options)
    {
        if (Directory.Exists(options.Data)) Directory.Delete(options.Data, recursive: true);
        Directory.CreateDirectory(options.Data);
        if (options.Store is null) return new LoadStore(null, null, null, null);
        if (IsAzure(options.Store)) return await CreateAzureAsync(options.Store);
        var schema = "load_" + Random.Shared.Next(0x1000000).ToString("x6", CultureInfo.InvariantCulture);
        if (options.Store == OwnServer)
        {
            var server = await PostgresServer.StartNewAsync(PostgresSettings.Stock);
            await server.QueryAsync("CREATE EXTENSION pg_stat_statements");
            return new LoadStore(server.Url(schema), schema, server, server.ProcessId);
        }

        var separator = options.Store.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var address = $"{options.Store}{separator}schema={schema}";
        return new LoadStore(address, schema, null, await FindServerAsync(address));
    }

    /// <summary>In a container of its own; <c>;Form=...</c> and <c>;Logs=...</c> may follow the name of an own server.</summary>
    private static async Task<LoadStore> CreateAzureAsync(string store)
    {
        var container = "load" + Random.Shared.Next(0x1000000).ToString("x6", CultureInfo.InvariantCulture);
        if (store.StartsWith(AzureScheme, StringComparison.Ordinal))
            return new LoadStore($"{store};Container={container}", null, null, null);
        var name = store.Split(';')[0];
        var server = await AzuriteServer.StartNewAsync(inMemory: name != OwnAzuriteOnDisk);
        return new LoadStore(
            $"{AzureScheme}{server.Address()};Container={container}{store[name.Length..]}", null, null, server.ProcessId, server);
    }

    /// <summary>Registers the stores.</summary>
    public static void AddTo(IServiceCollection services, string? address, string data, bool isShared)
    {
        if (address is null)
        {
            services.AddSqliteStorage(o =>
            {
                o.Path = Path.Combine(data, "orchestration.db");
                o.Shared = isShared;
            });
            return;
        }

        if (address.StartsWith(AzureScheme, StringComparison.Ordinal))
        {
            var azure = AzureStorageOptions.Parse(address);
            services.AddAzureStorage(o =>
            {
                (o.ConnectionString, o.Container) = (azure.ConnectionString, azure.Container);
                (o.Form, o.Logs) = (azure.Form, azure.Logs);
            });
            return;
        }

        var parsed = PostgreSqlStoreOptions.Parse(address);
        services.AddPostgreSqlStorage(o => (o.ConnectionString, o.Schema) = (parsed.ConnectionString, parsed.Schema));
    }

    /// <summary>What the server has been asked to do so far; null where there is no server or it does not count.</summary>
    public async Task<ServerWork?> CountAsync()
    {
        if (Address is null || _schema is null) return null;
        await using var connection = await OpenAsync(Address);
        try
        {
            await using var command = new NpgsqlCommand(
                "SELECT (SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements), wal_sync, wal_bytes::bigint, wal_fpi "
                + "FROM pg_stat_wal",
                connection);
            await using var row = await command.ExecuteReaderAsync();
            await row.ReadAsync();
            return new ServerWork(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
        }
        catch (PostgresException e)
            when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            return null;
        }
    }

    /// <summary>Counts rows of a table.</summary>
    public async Task<long> CountAsync(string table, string condition)
    {
        await using var connection = await OpenAsync(Address!);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {_schema}.{table} WHERE {condition}", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>How many rows of runs and turns were read and written so far.</summary>
    public async Task<(long Read, long Written)> TouchedAsync()
    {
        await using var connection = await OpenAsync(Address!);
        await using var command = new NpgsqlCommand(
            "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint, sum(n_tup_ins + n_tup_upd)::bigint "
            + $"FROM pg_stat_user_tables WHERE schemaname = '{_schema}' AND relname IN ('runs', 'turns')",
            connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Removes what was made.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            return;
        }

        if (_azurite is not null) await _azurite.DisposeAsync();
        if (Address is null || _schema is null) return;
        await using var connection = await OpenAsync(Address);
        await using var command = new NpgsqlCommand($"DROP SCHEMA IF EXISTS {_schema} CASCADE", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The parent of a session's process, where that is a process of this machine.</summary>
    private static async Task<int?> FindServerAsync(string address)
    {
        await using var connection = await OpenAsync(address);
        return Processes.NameOf(connection.ProcessID) == "postgres" ? Processes.ParentOf(connection.ProcessID) : null;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string address)
    {
        var connection = new NpgsqlConnection(PostgreSqlStoreOptions.Parse(address).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}

/// <summary>What a server was asked to do.</summary>
internal sealed record ServerWork(long Statements, long WalSyncs, long WalBytes, long WalPages)
{
    /// <summary>The figures of what was done since, for each of so many workflows.</summary>
    public JsonObject Since(ServerWork before, int workflows) => new()
    {
        ["statements"] = Json.Round((Statements - before.Statements) / (double)workflows),
        ["wal_syncs"] = Json.Round((WalSyncs - before.WalSyncs) / (double)workflows, 3),
        ["wal_bytes"] = Json.Round((WalBytes - before.WalBytes) / (double)workflows, 0),
        ["wal_full_pages"] = Json.Round((WalPages - before.WalPages) / (double)workflows, 3),
    };
}
