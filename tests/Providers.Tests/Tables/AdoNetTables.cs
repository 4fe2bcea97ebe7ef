using Npgsql;
using Orchestration.Tests.Servers;

namespace Orchestration.Providers.Tests.Tables;

/// <summary>
/// What Orleans' ADO.NET providers ask of a PostgreSQL database: statements under names that they know, with parameters and
/// columns that they know. The tables behind are this test's own; an operator takes those of Orleans' scripts.
/// </summary>
internal static class AdoNetTables
{
    private const string Tables =
        """
        CREATE TABLE OrleansQuery(QueryKey text PRIMARY KEY, QueryText text NOT NULL);
        CREATE TABLE clusters(id text PRIMARY KEY, version integer NOT NULL DEFAULT 0);
        CREATE TABLE silos(
            cluster text NOT NULL REFERENCES clusters, address text NOT NULL, port integer NOT NULL, generation integer NOT NULL,
            name text NOT NULL, host text NOT NULL, status integer NOT NULL, gateway integer NOT NULL, suspected text,
            started timestamptz NOT NULL, alive timestamptz NOT NULL, PRIMARY KEY (cluster, address, port, generation));
        CREATE TABLE reminders(
            service text NOT NULL, grain text NOT NULL, name text NOT NULL, starts timestamptz NOT NULL, period bigint NOT NULL,
            hash integer NOT NULL, version integer NOT NULL DEFAULT 0, PRIMARY KEY (service, grain, name));
        CREATE TABLE states(
            service text NOT NULL, kind text NOT NULL, n0 bigint NOT NULL, n1 bigint NOT NULL, extension text NOT NULL,
            payload bytea, version integer NOT NULL, PRIMARY KEY (service, kind, n0, n1, extension));
        """;

    private const string Silo = "cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation";

    private const string Raised = "UPDATE clusters SET version = version + 1 WHERE id = @DeploymentId AND version = @Version";

    private const string Member =
        """
        SELECT c.id AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName,
            s.host AS HostName, s.status AS Status, s.gateway AS ProxyPort, s.suspected AS SuspectTimes, s.started AS StartTime,
            s.alive AS IAmAliveTime, c.version AS Version
        FROM clusters c LEFT JOIN silos s ON s.cluster = c.id
        """;

    private const string Reminder =
        """
        SELECT grain AS GrainId, name AS ReminderName, starts AS StartTime, period AS Period, version AS Version FROM reminders
        WHERE service = @ServiceId
        """;

    private const string State =
        """
        service = @ServiceId AND kind = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
            AND extension = coalesce(@GrainIdExtensionString::text, '')
        """;

    private static readonly (string Key, string Text)[] Queries =
    [
        ("InsertMembershipVersionKey",
            "WITH made AS (INSERT INTO clusters(id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING id) "
            + "SELECT count(*)::integer FROM made"),
        ("InsertMembershipKey",
            $"""
            WITH raised AS ({Raised} AND NOT EXISTS (SELECT FROM silos WHERE {Silo}) RETURNING id),
            made AS (
                INSERT INTO silos(cluster, address, port, generation, name, host, status, gateway, started, alive)
                SELECT id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
                FROM raised RETURNING port)
            SELECT count(*)::integer FROM made
            """),
        ("UpdateMembershipKey",
            $"""
            WITH raised AS ({Raised} AND EXISTS (SELECT FROM silos WHERE {Silo}) RETURNING id),
            changed AS (
                UPDATE silos SET status = @Status, suspected = @SuspectTimes, alive = @IAmAliveTime FROM raised
                WHERE {Silo} RETURNING port)
            SELECT count(*)::integer FROM changed
            """),
        ("UpdateIAmAlivetimeKey", $"UPDATE silos SET alive = @IAmAliveTime WHERE {Silo}"),
        ("MembershipReadRowKey",
            $"{Member} AND s.address = @Address AND s.port = @Port AND s.generation = @Generation WHERE c.id = @DeploymentId"),
        ("MembershipReadAllKey", $"{Member} WHERE c.id = @DeploymentId"),
        ("GatewaysQueryKey",
            "SELECT address AS Address, gateway AS ProxyPort, generation AS Generation FROM silos "
            + "WHERE cluster = @DeploymentId AND status = @Status AND gateway > 0"),
        ("DeleteMembershipTableEntriesKey",
            "DELETE FROM silos WHERE cluster = @DeploymentId; DELETE FROM clusters WHERE id = @DeploymentId"),
        ("CleanupDefunctSiloEntriesKey",
            "DELETE FROM silos WHERE cluster = @DeploymentId AND alive < @IAmAliveTime AND status <> 3"),
        ("UpsertReminderRowKey",
            """
            INSERT INTO reminders AS r (service, grain, name, starts, period, hash)
            VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
            ON CONFLICT (service, grain, name) DO UPDATE
            SET starts = excluded.starts, period = excluded.period, hash = excluded.hash, version = r.version + 1
            RETURNING r.version AS Version
            """),
        ("ReadReminderRowsKey", $"{Reminder} AND grain = @GrainId"),
        ("ReadReminderRowKey", $"{Reminder} AND grain = @GrainId AND name = @ReminderName"),
        ("ReadRangeRows1Key", $"{Reminder} AND hash > @BeginHash AND hash <= @EndHash"),
        ("ReadRangeRows2Key", $"{Reminder} AND (hash > @BeginHash OR hash <= @EndHash)"),
        ("DeleteReminderRowKey",
            """
            WITH gone AS (
                DELETE FROM reminders WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName
                    AND version = @Version RETURNING name)
            SELECT count(*)::integer FROM gone
            """),
        ("DeleteReminderRowsKey", "DELETE FROM reminders WHERE service = @ServiceId"),
        ("WriteToStorageKey",
            $"""
            WITH changed AS (
                UPDATE states SET payload = @PayloadBinary, version = version + 1
                WHERE {State} AND version = @GrainStateVersion::integer RETURNING version),
            made AS (
                INSERT INTO states(service, kind, n0, n1, extension, payload, version)
                SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString::text, ''),
                    @PayloadBinary, 1
                WHERE @GrainStateVersion::integer IS NULL ON CONFLICT DO NOTHING RETURNING version)
            SELECT coalesce((SELECT version FROM changed), (SELECT version FROM made), @GrainStateVersion::integer)
                AS NewGrainStateVersion
            """),
        ("ReadFromStorageKey", $"SELECT payload AS PayloadBinary, version AS Version FROM states WHERE {State}"),
        ("ClearStorageKey",
            $"UPDATE states SET payload = NULL, version = version + 1 WHERE {State} AND version = @GrainStateVersion::integer "
            + "RETURNING version AS NewGrainStateVersion"),
        ("DeleteStorageKey",
            $"DELETE FROM states WHERE {State} AND version = @GrainStateVersion::integer "
            + "RETURNING version + 1 AS NewGrainStateVersion"),
    ];

    /// <summary>Makes a database with all of it; its address.</summary>
    public static async Task<string> MakeAsync(PostgresServer server, string database)
    {
        await server.QueryAsync($"CREATE DATABASE {database}");
        var address = server.Address(database: database);
        await using var connection = new NpgsqlConnection(address + ";Pooling=false");
        await connection.OpenAsync();
        await using (var tables = new NpgsqlCommand(Tables, connection)) await tables.ExecuteNonQueryAsync();
        foreach (var (key, text) in Queries)
        {
            await using var insert = new NpgsqlCommand("INSERT INTO OrleansQuery VALUES ($1, $2)", connection);
            insert.Parameters.Add(new NpgsqlParameter { Value = key });
            insert.Parameters.Add(new NpgsqlParameter { Value = text });
            await insert.ExecuteNonQueryAsync();
        }

        return address;
    }
}
