using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Reading;
using Orchestration.Storage.Sqlite.Writing;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite;

/// <summary>Histories in the embedded store's file.</summary>
internal sealed class SqliteHistoryStore(Writer writer, ReaderPool readers, int shardCount) : IHistoryStore
{
    public int ShardCount => shardCount;

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(request, ShardCount);
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
        readers.RunAsync(
            (key, runId), static (session, wanted) => Queries.Find(session, wanted.key, wanted.runId), cancellationToken);

    public ValueTask<StoredRun?> LoadAsync(
        WorkflowKey key, int maximumBytes = 1 << 20, CancellationToken cancellationToken = default) =>
        readers.RunAsync(
            (key, maximumBytes), static (session, wanted) => Queries.Load(session, wanted.key, wanted.maximumBytes),
            cancellationToken);

    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
            CancellationToken cancellationToken = default) =>
        readers.RunAsync(
            (key, handle, fromSequence, maximumBytes),
            static (session, wanted) => Queries.Read(
                session, wanted.key, wanted.handle, wanted.fromSequence, wanted.maximumBytes),
            cancellationToken);

    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        readers.RunAsync(
            (key, handle), static (session, wanted) => Queries.Tail(session, wanted.key, wanted.handle), cancellationToken);

    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query, ShardCount);
        return readers.RunAsync(query, Queries.Due, cancellationToken);
    }

    public ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query);
        var after = ListCursor.Parse(query.Continuation);
        return readers.RunAsync(
            (query, after), static (session, wanted) => ListSql.Run(session, wanted.query, wanted.after), cancellationToken);
    }

    public ValueTask<IReadOnlyList<RunCount>> CountAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return readers.RunAsync(query, ListSql.Count, cancellationToken);
    }

    public ValueTask<IReadOnlyList<string>> NamespacesAsync(CancellationToken cancellationToken = default) =>
        readers.RunAsync(0, static (session, _) => ListSql.Namespaces(session), cancellationToken);

    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(
        StoreKey key, long handle, long command, CancellationToken cancellationToken = default) =>
        readers.RunAsync(
            (key, handle, command),
            static (session, wanted) => Queries.Heartbeat(session, wanted.key, wanted.handle, wanted.command),
            cancellationToken);
}
