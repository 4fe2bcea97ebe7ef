using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Schema;

/// <summary>A schema that fits.</summary>
/// <param name="DataSet">The data set's id.</param>
/// <param name="Shards">How many shards it has.</param>
/// <param name="Incarnation">What tells whether it is still the same.</param>
internal sealed record OpenedSchema(Guid DataSet, int Shards, Incarnation Incarnation);

/// <summary>Brings a schema to this version's tables, or refuses it untouched.</summary>
internal static class SchemaGate
{
    private const int OldestServer = 130000;

    /// <summary>
    /// One transaction makes all missing versions, under a lock that all silos take: of several that start at once one does
    /// it, and the others find it done. Where nothing is missing only reads are made, which the silo's role may do.
    /// </summary>
    /// <exception cref="StoreRefused">The schema is newer, or the server takes no writes.</exception>
    public static async Task PrepareAsync(Database database, int shards, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await CheckServerAsync(connection, database, cancellationToken).ConfigureAwait(false);
            var version = await VersionAsync(connection, database, cancellationToken).ConfigureAwait(false);
            if (version < Migrations.Scripts.Length)
                await MigrateAsync(connection, database, shards, cancellationToken).ConfigureAwait(false);
            await CheckRightsAsync(connection, database, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The same where that is asked for, and finds out whether the schema goes on or was put back.</summary>
    /// <exception cref="StoreRefused">
    /// The schema is newer, may not be migrated here, or was put back without consent; or the server takes no writes.
    /// </exception>
    public static async Task<OpenedSchema> OpenAsync(
        Database database, PostgreSqlStoreOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await CheckServerAsync(connection, database, cancellationToken).ConfigureAwait(false);
            var version = await VersionAsync(connection, database, cancellationToken).ConfigureAwait(false);
            Incarnation? incarnation = null;
            if (version < Migrations.Scripts.Length)
            {
                if (!options.Migrate) throw Behind(database, version);

                // What was put back is refused as it is, before it is brought up to date.
                if (version >= Incarnation.Since) incarnation = await OpenIncarnationAsync().ConfigureAwait(false);
                await MigrateAsync(connection, database, options.ShardCount, cancellationToken).ConfigureAwait(false);
            }

            await CheckRightsAsync(connection, database, cancellationToken).ConfigureAwait(false);
            return new OpenedSchema(
                await DataSetAsync(connection, database, cancellationToken).ConfigureAwait(false),
                await ShardsAsync(connection, database, cancellationToken).ConfigureAwait(false),
                incarnation ?? await OpenIncarnationAsync().ConfigureAwait(false));
        }

        async Task<Incarnation> OpenIncarnationAsync() => await Incarnation.OpenAsync(
            connection, database, options, await DataSetAsync(connection, database, cancellationToken).ConfigureAwait(false),
            time, logger, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Guid> DataSetAsync(
        NpgsqlConnection connection, Database database, CancellationToken cancellationToken)
    {
        var id = await ScalarAsync(
            connection, $"SELECT value FROM {database.Schema}.meta WHERE key = 'data_set'", cancellationToken)
            .ConfigureAwait(false);
        return id is string text && Guid.TryParse(text, out var dataSet)
            ? dataSet
            : throw new StoreRefused(
                FaultCodes.StoreCorrupt,
                $"{database.Where}: schema {database.Schema} has no data set id. Restore it from a backup.");
    }

    /// <summary>A data set that was made before the number was written has the one that all had then.</summary>
    private static async Task<int> ShardsAsync(
        NpgsqlConnection connection, Database database, CancellationToken cancellationToken)
    {
        var stored = await ScalarAsync(
            connection, $"SELECT value FROM {database.Schema}.meta WHERE key = 'shards'", cancellationToken)
            .ConfigureAwait(false);
        if (stored is not string text) return Shards.Default;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var shards)
            && shards is >= 1 and <= Shards.Maximum
                ? shards
                : throw new StoreRefused(FaultCodes.StoreCorrupt,
                    $"{database.Where}: schema {database.Schema} says that it has {text} shards, which cannot be.");
    }

    /// <summary>Has the clocks compared, on a connection that is open already.</summary>
    public static async Task CompareAsync(Database database, ClockWatch clock, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var reading = clock.Begin();
            var now = await ScalarAsync(connection, $"SELECT {PostgreSqlMembershipStore.Clock}", cancellationToken)
                .ConfigureAwait(false);
            clock.End(reading, (long)now!);
        }
    }

    private static async Task CheckServerAsync(
        NpgsqlConnection connection, Database database, CancellationToken cancellationToken)
    {
        var answer = (string)(await ScalarAsync(
            connection,
            "SELECT current_setting('server_version_num') || ' ' || pg_is_in_recovery() || ' ' || "
            + "current_setting('transaction_read_only')", cancellationToken).ConfigureAwait(false))!;
        var parts = answer.Split(' ');
        if (int.Parse(parts[0], CultureInfo.InvariantCulture) < OldestServer)
            throw Failures.Unfit($"{database.Where} is older than PostgreSQL 13.");
        if (parts[1] != "false" || parts[2] != "off")
            throw Failures.Unfit($"{database.Where} takes no writes: it is a standby or set to read-only. Name the primary.");
    }

    /// <summary>Says at the start what would otherwise fail one day in the midst of work.</summary>
    private static async Task CheckRightsAsync(
        NpgsqlConnection connection, Database database, CancellationToken cancellationToken)
    {
        var schema = database.Schema;
        var missing = await ScalarAsync(
            connection,
            $"""
            SELECT string_agg(privilege || ' ON ' || name, ', ') FROM (VALUES
                ('meta', 'SELECT'), ('runs', 'SELECT'), ('runs', 'INSERT'), ('runs', 'UPDATE'), ('runs', 'DELETE'),
                ('turns', 'SELECT'), ('turns', 'INSERT'), ('turns', 'DELETE'),
                ('heartbeats', 'SELECT'), ('heartbeats', 'INSERT'), ('heartbeats', 'UPDATE'), ('heartbeats', 'DELETE'),
                ('reminders', 'SELECT'), ('reminders', 'INSERT'), ('reminders', 'UPDATE'), ('reminders', 'DELETE'),
                ('states', 'SELECT'), ('states', 'INSERT'), ('states', 'UPDATE'), ('states', 'DELETE'),
                ('incarnation', 'SELECT'), ('incarnation', 'UPDATE'), ('witnesses', 'SELECT'),
                ('witnesses', 'INSERT'), ('witnesses', 'UPDATE'), ('witnesses', 'DELETE'),
                ('clusters', 'SELECT'), ('clusters', 'INSERT'), ('clusters', 'UPDATE'),
                ('members', 'SELECT'), ('members', 'INSERT'), ('members', 'UPDATE'), ('members', 'DELETE')) AS needed(name,
                    privilege)
            WHERE NOT has_table_privilege('{schema}.' || name, privilege)
            """,
            cancellationToken).ConfigureAwait(false);
        if (missing is string rights)
            throw Failures.Unfit(
                $"{database.Where}: the silo's role lacks {rights} in schema {schema}; docs/postgresql.md has the grants.");
    }

    private static async Task<int> VersionAsync(
        NpgsqlConnection connection, Database database, CancellationToken cancellationToken)
    {
        var schema = database.Schema;

        // Asked of the catalogue's tables: what to_regclass has found once it may remember for the rest of the transaction,
        // and would not see what another silo made while this one waited for the lock.
        var there = await ScalarAsync(
            connection,
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            + $"WHERE n.nspname = '{schema}' AND c.relname = 'schema_versions')", cancellationToken).ConfigureAwait(false);
        if (there is not true) return 0;
        var version = await ScalarAsync(
            connection, $"SELECT coalesce(max(version), 0) FROM {schema}.schema_versions", cancellationToken)
            .ConfigureAwait(false);
        var number = (int)version!;
        if (number > Migrations.Scripts.Length)
            throw new StoreRefused(
                FaultCodes.StoreTooNew,
                $"{database.Where}: schema {schema} has version {number}; this version reads up to {Migrations.Scripts.Length}.");
        return number;
    }

    private static async Task MigrateAsync(
        NpgsqlConnection connection, Database database, int shards, CancellationToken cancellationToken)
    {
        var schema = database.Schema;
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await ScalarAsync(
                connection, $"SELECT pg_advisory_xact_lock(hashtextextended('orchestration {schema}', 0))", cancellationToken)
                .ConfigureAwait(false);
            var from = await VersionAsync(connection, database, cancellationToken).ConfigureAwait(false);
            if (from == 0) await ExecuteAsync(connection, First(schema), cancellationToken).ConfigureAwait(false);
            for (var next = from; next < Migrations.Scripts.Length; next++)
            {
                var script = Migrations.Scripts[next].Replace("{0}", schema, StringComparison.Ordinal);
                var note = string.Create(
                    CultureInfo.InvariantCulture, $"INSERT INTO {schema}.schema_versions(version) VALUES ({next + 1})");
                await ExecuteAsync(connection, script + "\n" + note, cancellationToken).ConfigureAwait(false);
            }

            if (from == 0)
                await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture,
                    $"INSERT INTO {schema}.meta(key, value) VALUES ('shards', '{shards}')"), cancellationToken)
                    .ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A schema that was made beforehand needs no right to make schemas.</summary>
    private static string First(string schema) =>
        $"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = '{schema}') THEN CREATE SCHEMA {schema}; END IF;
        END $$;
        CREATE TABLE IF NOT EXISTS {schema}.schema_versions(
            version integer PRIMARY KEY,
            applied_at timestamptz NOT NULL DEFAULT now());
        """;

    private static StoreRefused Behind(Database database, int version) => Failures.Unfit(
        $"{database.Where}: schema {database.Schema} "
        + (version == 0
            ? "has no tables yet; make them as their owner (docs/postgresql.md)."
            : $"has version {version} of {Migrations.Scripts.Length}; bring it up to date as its owner (docs/postgresql.md)."));

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // Another silo may be at it, for as long as it takes.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            var value = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return value is DBNull ? null : value;
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
