using System.Data.Common;
using Npgsql;
using Orchestration.Storage.PostgreSql.Schema;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Connections;

/// <summary>The way to the database: a few connections that are kept, and the names of the schema's tables.</summary>
internal sealed class Database : IAsyncDisposable
{
    // Group commit asks for plans that hold for any number of writes. A plan is made once a session, often while the tables are
    // still empty and a scan of them seems cheapest; every statement here has its index, so nothing else is to be considered.
    // And an acknowledgement is a promise.
    private const string Prologue =
        "SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false), "
        + "set_config('enable_seqscan', 'off', false), set_config('enable_bitmapscan', 'off', false), "
        + "set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false), "
        + "set_config('enable_sort', 'off', false), "
        + "CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END";

    // Where packets vanish, the system's own patience is minutes, and doubles: a fresh connection is through sooner. An answer
    // that was only late costs a repeat.
    private const int ConnectSeconds = 5;
    private const int AnswerSeconds = 10;

    private readonly NpgsqlDataSource _source;

    public Database(PostgreSqlStoreOptions options)
    {
        if (!IsName(options.Schema))
            throw Failures.Unfit($"'{options.Schema}' cannot name the schema: lower-case letters, digits and '_', at most 63.");
        Schema = options.Schema;
        var settings = Settings(options);
        Where = string.Create(null, $"PostgreSQL at {settings.Host}:{settings.Port}, database {settings.Database}");

        // The driver is given no logger: it would report every statement, as information. What matters the lanes report.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(Initialize, InitializeAsync);
        _source = settings.Host!.Contains(',', StringComparison.Ordinal)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
            : builder.Build();
    }

    /// <summary>The schema's name; it needs no quotes.</summary>
    public string Schema { get; }

    /// <summary>Looks at each new connection before it is used; set once the schema is open.</summary>
    public Incarnation? Guard { get; set; }

    /// <summary>The server and database, for messages; without secrets.</summary>
    public string Where { get; }

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken = default) =>
        _source.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// Runs one statement, its own transaction, and reads its answer. A read is tried once more where a kept connection turns
    /// out to be dead, as after a restart of the database; a write is not, since it may have been carried out.
    /// </summary>
    public async Task<T> RunAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, Task<T>> read, bool isRead,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await OnceAsync(sql, bind, read, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (isRead && Failures.IsOfConnection(e) && !cancellationToken.IsCancellationRequested)
        {
            _source.Clear();
        }
        catch (Exception e)
        {
            throw Shown(e);
        }

        try
        {
            return await OnceAsync(sql, bind, read, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw Shown(e);
        }
    }

    /// <summary>Lets go of the connections that are kept idle: the server they lead to is gone.</summary>
    public void Clear() => _source.Clear();

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> OnceAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, Task<T>> read,
        CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var command = new NpgsqlCommand(sql, connection);
            await using (command.ConfigureAwait(false))
            {
                bind(command.Parameters);
                var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    var answer = await read(reader).ConfigureAwait(false);

                    // Reads up to the end of the transaction: only then is a write durable.
                    while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
                    {
                    }

                    return answer;
                }
            }
        }
    }

    private Exception Shown(Exception error)
    {
        if (Failures.IsOfConnection(error)) _source.Clear();
        return error is PostgresException { SqlState: "22021" }
            ? new InvalidRequest("A text holds a character that PostgreSQL does not keep.", error)
            : Failures.Shown(error);
    }

    private static NpgsqlConnectionStringBuilder Settings(PostgreSqlStoreOptions options)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The driver's message may repeat a password: it is not handed on.
            throw Failures.Unfit("The connection string of the PostgreSQL store cannot be read.");
        }

        if (string.IsNullOrWhiteSpace(settings.Host))
            throw Failures.Unfit("The connection string of the PostgreSQL store names no host.");
        settings.ApplicationName ??= "orchestration";
        settings.Enlist = false;
        settings.Multiplexing = false;
        settings.NoResetOnClose = true;
        settings.MaxPoolSize = Math.Max(1, options.Readers) + Math.Max(1, options.Writers);
        if (settings.MinPoolSize > settings.MaxPoolSize) settings.MinPoolSize = settings.MaxPoolSize;
        var given = new DbConnectionStringBuilder { ConnectionString = settings.ConnectionString };
        if (!given.ContainsKey("Timeout")) settings.Timeout = ConnectSeconds;
        if (!given.ContainsKey("Command Timeout")) settings.CommandTimeout = AnswerSeconds;
        settings.MaxAutoPrepare = Math.Max(settings.MaxAutoPrepare, 64);
        settings.AutoPrepareMinUsages = 2;
        return settings;
    }

    private static bool IsName(string? name) =>
        name is { Length: >= 1 and <= 63 } && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    // The driver asks for both; nothing here opens a connection and waits for it.
    private static void Initialize(NpgsqlConnection connection) =>
        throw new NotSupportedException("Connections of the store are opened asynchronously.");

    private async Task InitializeAsync(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(Prologue, connection);
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        if (Guard is { } guard) await guard.CheckAsync(connection).ConfigureAwait(false);
    }
}
