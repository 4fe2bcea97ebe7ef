using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Support;

/// <summary>
/// A store that can be cut off for good, as by its user's death. What was under way when it was cut is never answered.
/// </summary>
public sealed class CutOffStore(IHistoryStore inner) : IHistoryStore
{
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsCut => _cut.Task.IsCompleted;

    public void Cut() => _cut.TrySetResult();

    public int ShardCount => inner.ShardCount;

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.AppendAsync(request, cancellationToken));

    public ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
            CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.UpdateSummaryAsync(key, handle, expectedSequence, summary, wakes, cancellationToken));

    public ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.CountWakeAsync(key, handle, cancellationToken));

    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.FindAsync(key, runId, cancellationToken));

    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
            CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.ReadAsync(key, handle, fromSequence, maximumBytes, cancellationToken));

    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.ReadTailAsync(key, handle, cancellationToken));

    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.DueRunsAsync(query, cancellationToken));

    public ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.ListAsync(query, cancellationToken));

    public ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.PurgeAsync(key, cancellationToken));

    public async ValueTask SaveHeartbeatAsync(StoreKey key, long handle, HeartbeatRecord heartbeat,
        CancellationToken cancellationToken = default) =>
        await PassAsync(async () =>
        {
            await inner.SaveHeartbeatAsync(key, handle, heartbeat, cancellationToken);
            return true;
        });

    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(StoreKey key, long handle, long command,
        CancellationToken cancellationToken = default) =>
        PassAsync(() => inner.FindHeartbeatAsync(key, handle, command, cancellationToken));

    private async ValueTask<T> PassAsync<T>(Func<ValueTask<T>> call)
    {
        if (IsCut) throw new StoreUnavailable("The process that used this store is gone.");
        var pending = call();
        if (pending.IsCompletedSuccessfully) return IsCut ? throw new StoreUnavailable("Gone.") : pending.Result;
        var task = pending.AsTask();
        await Task.WhenAny(task, _cut.Task);
        return IsCut ? throw new StoreUnavailable("The process that used this store is gone.") : await task;
    }
}
