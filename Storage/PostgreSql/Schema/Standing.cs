using Npgsql;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Schema;

/// <summary>
/// Where a database stands: what a copy of it cannot have (<see cref="Place"/>), and how far its log has come.
/// </summary>
/// <param name="Place">Identifier of the server's files, number of the database, number of the table: a dump has others.</param>
/// <param name="Timeline">Changes whenever a server goes on from a backup, or from a standby. Empty where it is not told.</param>
/// <param name="Position">The end of the server's log, in bytes; 0 where it is not told.</param>
internal readonly record struct Standing(string Place, string Timeline, long Position)
{
    /// <summary>The end of the log, as a number. Not yet durable: what is committed after it proves it to be.</summary>
    public const string PositionSql = "(pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint";

    private const string Unknown = "-";

    /// <summary>Asks a server. One that does not tell its place or its log (some services hide them) tells less.</summary>
    public static async Task<Standing> ReadAsync(
        NpgsqlConnection connection, string schema, bool whole, CancellationToken cancellationToken)
    {
        var system = whole ? "(SELECT system_identifier FROM pg_catalog.pg_control_system())::text" : $"'{Unknown}'";
        var log = whole
            ? $"left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8), {PositionSql}" : "'', 0::bigint";
        return await Commands.RowAsync(
            connection,
            $"SELECT {system} || '/' || d.oid || '/' || '{schema}.incarnation'::regclass::oid, {log} "
            + "FROM pg_catalog.pg_database d WHERE d.datname = current_database()",
            static row => new Standing(row.GetString(0), row.GetString(1), row.GetInt64(2)), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Whether a server refused to tell, rather than failed.</summary>
    public static bool IsHidden(PostgresException error) => error.SqlState is PostgresErrorCodes.InsufficientPrivilege
        or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.FeatureNotSupported;

    /// <summary>Whether this is the place that was noted, as far as both are known.</summary>
    public bool IsAt(string noted)
    {
        var (here, there) = (Place.Split('/'), noted.Split('/'));
        return here.Length == there.Length
            && here.Zip(there).All(static pair => pair.First == pair.Second || pair.First == Unknown || pair.Second == Unknown);
    }

    /// <summary>Whether this is the timeline that was noted, as far as both are known.</summary>
    public bool IsOn(string noted) => Timeline == noted || Timeline.Length == 0 || noted.Length == 0;
}
