using System.Globalization;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql;

/// <summary>
/// Members in the database. The row of the cluster's version is what every conditional write takes first: of several that expect
/// one version, the first raises it, and the others, once they have its lock, find it raised.
/// </summary>
internal sealed class PostgreSqlMembershipStore(Database database, ClockWatch clock) : IMembershipStore
{
    /// <summary>The database's time, in milliseconds since 1970.</summary>
    public const string Clock = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    private readonly string _read =
        $"""
        SELECT c.version, m.silo, m.status, m.alive_at, m.details, m.written, {Clock}
        FROM {database.Schema}.clusters c LEFT JOIN {database.Schema}.members m ON m.cluster = c.cluster
        """;

    private readonly string _first =
        $"INSERT INTO {database.Schema}.clusters(cluster, version) VALUES ($1, 1) ON CONFLICT DO NOTHING";

    private readonly string _raise =
        $"UPDATE {database.Schema}.clusters SET version = version + 1 WHERE cluster = $1 AND version = $2";

    private readonly string _insert =
        $"""
        INSERT INTO {database.Schema}.members(cluster, silo, status, alive_at, details, written)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
        """;

    private readonly string _update =
        $"""
        UPDATE {database.Schema}.members SET status = $3, alive_at = $4, details = $5, written = $6
        WHERE cluster = $1 AND silo = $2 AND written = $7
        """;

    private readonly string _beat = $"UPDATE {database.Schema}.members SET alive_at = $3 WHERE cluster = $1 AND silo = $2";

    private readonly string _purge =
        $"DELETE FROM {database.Schema}.members WHERE cluster = $1 AND alive_at < $2 AND status <> $3";

    private readonly string _clear = $"DELETE FROM {database.Schema}.members WHERE cluster = $1";

    private readonly string _clearVersion =
        $"""
        INSERT INTO {database.Schema}.clusters AS c (cluster, version) VALUES ($1, 1)
        ON CONFLICT (cluster) DO UPDATE SET version = c.version + 1
        """;

    public ValueTask<MembershipRows> ReadAsync(string cluster, CancellationToken cancellationToken = default) =>
        ReadAsync(cluster, $"{_read} WHERE c.cluster = $1 ORDER BY m.silo", [cluster], cancellationToken);

    public ValueTask<MembershipRows> ReadAsync(string cluster, string silo, CancellationToken cancellationToken = default) =>
        ReadAsync(cluster, $"{_read} AND m.silo = $2 WHERE c.cluster = $1", [cluster, silo], cancellationToken);

    public ValueTask<bool> InsertAsync(
        string cluster, MemberRow row, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return ChangeAsync(cluster, version, _insert, Values(cluster, row, version), cancellationToken);
    }

    public async ValueTask<bool> UpdateAsync(
        string cluster, MemberRow row, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return long.TryParse(row.ETag, NumberStyles.None, CultureInfo.InvariantCulture, out var written)
            && await ChangeAsync(
                cluster, version, _update, [.. Values(cluster, row, version), written], cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask BeatAsync(
        string cluster, string silo, DateTimeOffset aliveAt, CancellationToken cancellationToken = default) =>
        await WriteAsync(cluster, _beat, [cluster, silo, aliveAt.ToUnixTimeMilliseconds()], cancellationToken)
            .ConfigureAwait(false);

    public ValueTask<int> PurgeAsync(
        string cluster, DateTimeOffset before, int exceptStatus, CancellationToken cancellationToken = default) =>
        new(WriteAsync(cluster, _purge, [cluster, before.ToUnixTimeMilliseconds(), exceptStatus], cancellationToken));

    public async ValueTask ClearAsync(string cluster, CancellationToken cancellationToken = default)
    {
        StoreRequests.CheckCluster(cluster);
        await TransactAsync(
            async connection =>
            {
                await Commands.CountAsync(connection, _clearVersion, cancellationToken, cluster).ConfigureAwait(false);
                await Commands.CountAsync(connection, _clear, cancellationToken, cluster).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static object[] Values(string cluster, MemberRow row, long version) =>
        [cluster, row.Silo, row.Status, row.AliveAt.ToUnixTimeMilliseconds(), row.Details, version + 1];

    private async Task<MembershipRows> RowsAsync(NpgsqlDataReader row, ClockWatch.Reading reading)
    {
        var (version, members) = (0L, new List<MemberRow>());
        while (await row.ReadAsync().ConfigureAwait(false))
        {
            version = row.GetInt64(0);
            if (members.Count == 0) clock.End(reading, row.GetInt64(6));
            if (row.IsDBNull(1)) continue;
            members.Add(new MemberRow(
                row.GetString(1), row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.GetString(4),
                row.GetInt64(5).ToString(CultureInfo.InvariantCulture)));
        }

        return new MembershipRows(version, members);
    }

    private ValueTask<MembershipRows> ReadAsync(
        string cluster, string sql, object[] values, CancellationToken cancellationToken)
    {
        StoreRequests.CheckCluster(cluster);
        var reading = clock.Begin();
        return new(database.RunAsync(
            sql, p => Bind(p, values), row => RowsAsync(row, reading), isRead: true, cancellationToken));
    }

    private Task<int> WriteAsync(string cluster, string sql, object[] values, CancellationToken cancellationToken)
    {
        StoreRequests.CheckCluster(cluster);
        return database.RunAsync(
            sql, p => Bind(p, values), static row => Task.FromResult(row.RecordsAffected), isRead: false, cancellationToken);
    }

    private static void Bind(NpgsqlParameterCollection parameters, object[] values)
    {
        foreach (var value in values) parameters.Add(new NpgsqlParameter { Value = value });
    }

    /// <summary>Raises the version and writes one row, both or neither.</summary>
    private ValueTask<bool> ChangeAsync(
        string cluster, long version, string sql, object[] values, CancellationToken cancellationToken)
    {
        StoreRequests.CheckCluster(cluster);
        return new(TransactAsync(
            async connection =>
            {
                var raised = await Commands.CountAsync(connection, _raise, cancellationToken, cluster, version)
                    .ConfigureAwait(false);
                if (raised == 0 && version == 0)
                    raised = await Commands.CountAsync(connection, _first, cancellationToken, cluster).ConfigureAwait(false);
                return raised == 1
                    && await Commands.CountAsync(connection, sql, cancellationToken, values).ConfigureAwait(false) == 1;
            },
            cancellationToken));
    }

    /// <summary>Commits what the work does where it says so, else undoes it.</summary>
    private async Task<bool> TransactAsync(Func<NpgsqlConnection, Task<bool>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    if (!await work(connection).ConfigureAwait(false)) return false;
                    await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                }
            }
        }
        catch (Exception e)
        {
            if (Failures.IsOfConnection(e)) database.Clear();
            throw Failures.Shown(e);
        }
    }
}
