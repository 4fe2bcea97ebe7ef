using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Reading;
using Orchestration.Storage.Sqlite.Writing;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite;

/// <summary>Histories in the embedded store's file.</summary>
internal sealed class SqliteHistoryStore(Writer writer, ReaderPool readers) : IHistoryStore
{
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(request);
        return writer.WriteAsync(new AppendOperation(request), cancellationToken);
    }

    public ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return writer.WriteAsync(new SummaryOperation(key, handle, expectedSequence, summary, wakes), cancellationToken);
    }

    public ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(new WakeOperation(key, handle), cancellationToken);

    public ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(new PurgeOperation(key), cancellationToken);

    public async ValueTask SaveHeartbeatAsync(
        StoreKey key, long handle, HeartbeatRecord heartbeat, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        await writer.WriteAsync(new HeartbeatOperation(key, handle, heartbeat), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default) =>
        new(readers.RunAsync(session => Queries.Find(session, key, runId), cancellationToken));

    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
            CancellationToken cancellationToken = default) =>
        new(readers.RunAsync(session => Queries.Read(session, key, handle, fromSequence, maximumBytes), cancellationToken));

    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        new(readers.RunAsync(session => Queries.Tail(session, key, handle), cancellationToken));

    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query);
        return new ValueTask<IReadOnlyList<DueRun>>(readers.RunAsync(session => Queries.Due(session, query), cancellationToken));
    }

    public ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query);
        var after = ListCursor.Parse(query.Continuation);
        return new ValueTask<ListPage>(readers.RunAsync(session => ListSql.Run(session, query, after), cancellationToken));
    }

    public ValueTask<IReadOnlyList<RunCount>> CountAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new ValueTask<IReadOnlyList<RunCount>>(readers.RunAsync(
            session => ListSql.Count(session, query), cancellationToken));
    }

    public ValueTask<IReadOnlyList<string>> NamespacesAsync(CancellationToken cancellationToken = default) =>
        new(readers.RunAsync(ListSql.Namespaces, cancellationToken));

    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(
        StoreKey key, long handle, long command, CancellationToken cancellationToken = default) =>
        new(readers.RunAsync(session => Queries.Heartbeat(session, key, handle, command), cancellationToken));
}
