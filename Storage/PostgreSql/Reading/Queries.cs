using System.Text.Json;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Reading;

/// <summary>The reads of runs and their histories, one statement each.</summary>
internal sealed class Queries(Database database)
{
    private const int MaximumTurns = 1024;

    // The handle if it is the run's, else the one that is looked up by its name; the second look-up is made only where it is
    // needed.
    private readonly string _handle =
        $"""
        (SELECT handle FROM {database.Schema}.runs WHERE handle = $1 AND run = $2
         UNION ALL SELECT handle FROM {database.Schema}.runs WHERE instance = $3 AND run = $2 LIMIT 1)
        """;

    private readonly string _runs = $"{database.Schema}.runs";
    private readonly string _turns = $"{database.Schema}.turns";

    public Task<RunRecord?> FindAsync(WorkflowKey key, RunId? runId, CancellationToken cancellationToken) => database.RunAsync(
        $"SELECT {Columns.OfRecord("r")} FROM {_runs} r WHERE r.instance = $1 AND " + (runId is null ? "r.latest" : "r.run = $2"),
        p =>
        {
            p.Add(Value(Names.Of(key)));
            if (runId is { } run) p.Add(Value(run.Value));
        },
        static async row => await row.ReadAsync().ConfigureAwait(false) ? Columns.Record(row) : null,
        isRead: true,
        cancellationToken);

    /// <remarks>
    /// The server adds up the sizes, so that no more than the page is sent; it looks at so many turns at once and no more, so
    /// that a long history costs each page the same. The turn that holds the wanted event may begin before it.
    /// </remarks>
    public Task<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes, CancellationToken cancellationToken) => database.RunAsync(
        $"""
        SELECT first, count, activation, number, format, body, next FROM (
            SELECT t.*, sum(octet_length(body)) OVER (ORDER BY first) - octet_length(body) AS before,
                lead(first) OVER (ORDER BY first) AS next FROM (
                SELECT first, count, activation, number, format, body FROM {_turns}
                WHERE handle = {_handle} AND first >= coalesce(
                    (SELECT max(first) FROM {_turns} WHERE handle = {_handle} AND first <= $4), 0)
                ORDER BY first LIMIT {MaximumTurns + 1}) t) s
        WHERE before <= $5 ORDER BY first
        """,
        p =>
        {
            Name(p, key, handle);
            p.Add(Value(fromSequence));
            p.Add(Value((long)Math.Max(1, maximumBytes)));
        },
        row => PageAsync(row, fromSequence, maximumBytes),
        isRead: true,
        cancellationToken);

    public Task<HistoryBatch?> TailAsync(StoreKey key, long handle, CancellationToken cancellationToken) => database.RunAsync(
        $"""
        SELECT first, count, activation, number, format, body FROM {_turns} WHERE handle = {_handle} ORDER BY first DESC LIMIT 1
        """,
        p => Name(p, key, handle),
        static async row => await row.ReadAsync().ConfigureAwait(false) ? Batch(row) : null,
        isRead: true,
        cancellationToken);

    public Task<IReadOnlyList<DueRun>> DueAsync(DueQuery query, CancellationToken cancellationToken)
    {
        var (isTimed, isStalled) = (query.State == RunState.Parked, query.State == RunState.Stalled);

        // The state stands in the text, since only so is the index of that state used.
        var sql = isTimed
            ? $"SELECT ns, id, state, due, wakes, handle FROM {_runs} WHERE shard = $1 AND due <= $4 "
              + "AND (due, handle) > ($5, $2) ORDER BY due, handle LIMIT $3"
            : $"SELECT ns, id, state, due, wakes, handle{(isStalled ? ", detail" : "")} FROM {_runs} WHERE shard = $1 "
              + $"AND state = {(int)query.State} AND handle > $2 ORDER BY handle LIMIT $3";
        return database.RunAsync(
            sql,
            p =>
            {
                p.Add(Value((short)query.Shard));
                p.Add(Value(query.After?.Handle ?? long.MinValue));
                p.Add(Value(query.Limit));
                if (!isTimed) return;
                p.Add(Value(query.Until.ToUnixTimeMilliseconds()));
                p.Add(Value(query.After?.WakeAt?.ToUnixTimeMilliseconds() ?? long.MinValue));
            },
            row => DueAsync(row, isTimed, isStalled),
            isRead: true,
            cancellationToken);
    }

    public Task<HeartbeatRecord?> HeartbeatAsync(
        StoreKey key, long handle, long command, CancellationToken cancellationToken) => database.RunAsync(
        $"SELECT attempt, headers, details FROM {database.Schema}.heartbeats WHERE handle = {_handle} AND command = $4",
        p =>
        {
            Name(p, key, handle);
            p.Add(Value(command));
        },
        async row =>
        {
            if (!await row.ReadAsync().ConfigureAwait(false)) return null;
            var headers = Columns.Text(row, 1) is { } json ? JsonSerializer.Deserialize<Dictionary<string, string>>(json) : null;
            return new HeartbeatRecord(command, row.GetInt32(0), new Payload(row.GetFieldValue<byte[]>(2), headers));
        },
        isRead: true,
        cancellationToken);

    private static async Task<HistoryPage> PageAsync(NpgsqlDataReader row, long fromSequence, int maximumBytes)
    {
        var batches = new List<HistoryBatch>();
        long bytes = 0;
        long? next = null;
        while (await row.ReadAsync().ConfigureAwait(false))
        {
            var batch = Batch(row);
            if (batch.FirstSequence + batch.EventCount <= fromSequence) continue;
            if (batches.Count == MaximumTurns || (batches.Count > 0 && bytes + batch.Body.Length > maximumBytes))
                return new HistoryPage(batches, batch.FirstSequence);
            bytes += batch.Body.Length;
            batches.Add(batch);
            next = row.IsDBNull(6) ? null : row.GetInt64(6);
        }

        return new HistoryPage(batches, next);
    }

    private static async Task<IReadOnlyList<DueRun>> DueAsync(NpgsqlDataReader row, bool isTimed, bool isStalled)
    {
        var due = new List<DueRun>();
        while (await row.ReadAsync().ConfigureAwait(false))
        {
            due.Add(new DueRun(
                new WorkflowKey(row.GetString(0), new WorkflowId(row.GetString(1))), (RunState)row.GetInt16(2),
                isTimed ? Columns.Time(row, 3) : null, row.GetInt32(4), row.GetInt64(5),
                isStalled ? Columns.Text(row, 6) : null));
        }

        return due;
    }

    private static HistoryBatch Batch(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), new TurnId(row.GetGuid(2), row.GetInt64(3)), (byte)row.GetInt16(4),
        row.GetFieldValue<byte[]>(5));

    private static void Name(NpgsqlParameterCollection parameters, StoreKey key, long handle)
    {
        parameters.Add(Value(handle));
        parameters.Add(Value(key.RunId.Value));
        parameters.Add(Value(Names.Of(key.Key)));
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}
