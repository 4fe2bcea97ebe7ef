using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Storage.PostgreSql.Reading;
using Orchestration.Storage.PostgreSql.Writing;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql;

/// <summary>Histories in the database.</summary>
internal sealed class PostgreSqlHistoryStore(Database database, GroupWriter writer, int shardCount) : IHistoryStore
{
    public int ShardCount => shardCount;

    private readonly Queries _queries = new(database);
    private readonly Purging _purging = new(database);

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(request, ShardCount);
        return writer.WriteAsync<AppendResult>(
            request.ExpectedSequence == 0 ? new StartOperation(request) : new AppendOperation(request), cancellationToken);
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
        new(_purging.RunAsync(key, cancellationToken));

    public async ValueTask SaveHeartbeatAsync(
        StoreKey key, long handle, HeartbeatRecord heartbeat, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        await writer.WriteAsync(new HeartbeatOperation(key, handle, heartbeat), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default) =>
        new(_queries.FindAsync(key, runId, cancellationToken));

    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
        CancellationToken cancellationToken = default) =>
        new(_queries.ReadAsync(key, handle, fromSequence, maximumBytes, cancellationToken));

    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        new(_queries.TailAsync(key, handle, cancellationToken));

    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query, ShardCount);
        return new ValueTask<IReadOnlyList<DueRun>>(_queries.DueAsync(query, cancellationToken));
    }

    public ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query);
        var after = ListCursor.Parse(query.Continuation);
        return new ValueTask<ListPage>(ListSql.RunAsync(database, query, after, cancellationToken));
    }

    public ValueTask<IReadOnlyList<RunCount>> CountAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new ValueTask<IReadOnlyList<RunCount>>(ListSql.CountAsync(database, query, cancellationToken));
    }

    public ValueTask<IReadOnlyList<string>> NamespacesAsync(CancellationToken cancellationToken = default) =>
        new(ListSql.NamespacesAsync(database, cancellationToken));

    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(
        StoreKey key, long handle, long command, CancellationToken cancellationToken = default) =>
        new(_queries.HeartbeatAsync(key, handle, command, cancellationToken));
}
