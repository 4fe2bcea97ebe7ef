using System.Text.Json;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Reading;

/// <summary>The reads of runs and their histories.</summary>
internal static class Queries
{
    public static RunRecord? Find(ReadSession session, WorkflowKey key, RunId? runId)
    {
        var sql = runId is null
            ? $"SELECT {Columns.OfRecord} FROM runs WHERE ns=? AND id=? ORDER BY handle DESC LIMIT 1"
            : $"SELECT {Columns.OfRecord} FROM runs WHERE ns=? AND id=? AND run=?";
        var row = session.Statement(sql).Bind(1, key.Namespace).Bind(2, key.Id.Value);
        if (runId is { } id) row.Bind(3, id.Value);
        return row.Step() ? Columns.Record(row) : null;
    }

    /// <summary>The latest run and the beginning or the end of its history, of one state of the file.</summary>
    public static StoredRun? Load(ReadSession session, WorkflowKey key, int maximumBytes)
    {
        // The first statement stands at its row until the end, and holds the state that both read.
        if (Find(session, key, null) is not { } record) return null;
        return record.Summary.State == RunState.Closed
            ? new StoredRun(record, null, Tail(session, record.Handle))
            : new StoredRun(record, maximumBytes == 0 ? null : Page(session, record.Handle, 0, 1, maximumBytes), null);
    }

    public static HistoryPage Read(ReadSession session, StoreKey key, long handle, long fromSequence, int maximumBytes)
    {
        handle = Handle(session, key, handle);
        if (handle == 0) return new HistoryPage([], null);

        // The turn that holds the wanted event may begin before it.
        var start = session.Statement("SELECT max(first) FROM turns WHERE handle=? AND first<=?").Bind(1, handle).Bind(2,
            fromSequence);
        start.Step();
        var first = start.Int64(0);
        start.Reset();
        return Page(session, handle, first, fromSequence, maximumBytes);
    }

    private static HistoryPage Page(ReadSession session, long handle, long first, long fromSequence, int maximumBytes)
    {
        var batches = new List<HistoryBatch>();
        var row = session.Statement(
            "SELECT first, count, turn, format, body FROM turns WHERE handle=? AND first>=? ORDER BY first")
            .Bind(1, handle).Bind(2, first);
        long bytes = 0;
        while (row.Step())
        {
            var body = row.Blob(4);
            var sequence = row.Int64(0);
            var count = row.Int32(1);
            if (sequence + count <= fromSequence) continue;
            if (batches.Count > 0 && bytes + body.Length > maximumBytes) return new HistoryPage(batches, sequence);
            bytes += body.Length;
            batches.Add(Columns.Batch(row));
        }

        return new HistoryPage(batches, null);
    }

    public static HistoryBatch? Tail(ReadSession session, StoreKey key, long handle) =>
        Tail(session, Handle(session, key, handle));

    private static HistoryBatch? Tail(ReadSession session, long handle)
    {
        var row = session
            .Statement("SELECT first, count, turn, format, body FROM turns WHERE handle=? ORDER BY first DESC LIMIT 1")
            .Bind(1, handle);
        return row.Step() ? Columns.Batch(row) : null;
    }

    public static IReadOnlyList<DueRun> Due(ReadSession session, DueQuery query)
    {
        var isTimed = query.State == RunState.Parked;
        var row = isTimed ? Timed(session, query) : InState(session, query);
        var due = new List<DueRun>();
        while (row.Step())
        {
            due.Add(new DueRun(
                new WorkflowKey(row.Text(0), new WorkflowId(row.Text(1))), (RunState)row.Int32(2),
                isTimed ? DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3)) : null, row.Int32(4), row.Int64(5),
                query.State == RunState.Stalled ? row.NullableText(6) : null));
        }

        return due;
    }

    private static Statement Timed(ReadSession session, DueQuery query) => session
        .Statement(
            "SELECT ns, id, state, due, wakes, handle FROM runs WHERE shard=? AND due<=? AND (due, handle)>(?, ?) "
            + "ORDER BY due, handle LIMIT ?")
        .Bind(1, query.Shard).Bind(2, query.Until.ToUnixTimeMilliseconds())
        .Bind(3, query.After?.WakeAt?.ToUnixTimeMilliseconds() ?? long.MinValue)
        .Bind(4, query.After?.Handle ?? long.MinValue).Bind(5, query.Limit);

    // The state stands in the text, since only so is the index of that state used.
    private static Statement InState(ReadSession session, DueQuery query) => session
        .Statement(
            $"SELECT ns, id, state, due, wakes, handle{(query.State == RunState.Stalled ? ", detail" : "")} FROM runs "
            + $"WHERE shard=? AND state={(int)query.State} AND handle>? ORDER BY handle LIMIT ?")
        .Bind(1, query.Shard).Bind(2, query.After?.Handle ?? 0).Bind(3, query.Limit);

    public static HeartbeatRecord? Heartbeat(ReadSession session, StoreKey key, long handle, long command)
    {
        handle = Handle(session, key, handle);
        if (handle == 0) return null;
        var row = session.Statement("SELECT attempt, headers, details FROM heartbeats WHERE handle=? AND command=?")
            .Bind(1, handle).Bind(2, command);
        if (!row.Step()) return null;
        var headers = row.NullableText(1) is { } json ? JsonSerializer.Deserialize<Dictionary<string, string>>(json) : null;
        return new HeartbeatRecord(command, row.Int32(0), new Payload(row.Blob(2).ToArray(), headers));
    }

    /// <summary>
    /// The handle if it is the run's, else the one that is looked up by its name; 0 where the run is not there.
    /// </summary>
    private static long Handle(ReadSession session, StoreKey key, long handle)
    {
        if (handle != 0)
        {
            var own = session.Statement("SELECT run FROM runs WHERE handle=?").Bind(1, handle);
            var isOwn = own.Step() && new RunId(own.Guid(0)) == key.RunId;
            own.Reset();
            if (isOwn) return handle;
        }

        var row = session.Statement("SELECT handle FROM runs WHERE ns=? AND id=? AND run=?")
            .Bind(1, key.Key.Namespace).Bind(2, key.Key.Id.Value).Bind(3, key.RunId.Value);
        handle = row.Step() ? row.Int64(0) : 0;
        row.Reset();
        return handle;
    }
}
