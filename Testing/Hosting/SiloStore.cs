using Orchestration.Grains.Storage;
using Orchestration.Testing.Time;
using Orchestration.Workflows;

namespace Orchestration.Testing.Hosting;

/// <summary>
/// The store as one silo reaches it: until its death, and no longer. What was under way then is never answered. Counts as work
/// what is under way. Thread-safe.
/// </summary>
/// <param name="inner">The store that outlives the silo.</param>
/// <param name="lane">The silo's lane.</param>
/// <param name="ledger">Counts the work.</param>
/// <param name="appended">Told of each append that has become durable, before the silo hears of it; may kill the silo.</param>
internal sealed class SiloStore(IHistoryStore inner, Lane lane, WorkLedger ledger, Action appended) : IHistoryStore
{
    public int ShardCount => inner.ShardCount;

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default) =>
        PassAsync(inner, request, static (s, r, c) => s.AppendAsync(r, c), cancellationToken,
            static (r, self) =>
            {
                if (r.Outcome == AppendOutcome.Appended) self.NoteAppend();
            });

    public ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
        CancellationToken cancellationToken = default) =>
        PassAsync(inner, (key, handle, expectedSequence, summary, wakes), static (s, a, c) =>
            s.UpdateSummaryAsync(a.key, a.handle, a.expectedSequence, a.summary, a.wakes, c), cancellationToken);

    public ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        PassAsync(inner, (key, handle), static (s, a, c) => s.CountWakeAsync(a.key, a.handle, c), cancellationToken);

    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default) =>
        PassAsync(inner, (key, runId), static (s, a, c) => s.FindAsync(a.key, a.runId, c), cancellationToken);

    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
        CancellationToken cancellationToken = default) =>
        PassAsync(inner, (key, handle, fromSequence, maximumBytes), static (s, a, c) =>
            s.ReadAsync(a.key, a.handle, a.fromSequence, a.maximumBytes, c), cancellationToken);

    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        PassAsync(inner, (key, handle), static (s, a, c) => s.ReadTailAsync(a.key, a.handle, c), cancellationToken);

    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default) =>
        PassAsync(inner, query, static (s, q, c) => s.DueRunsAsync(q, c), cancellationToken);

    public ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default) =>
        PassAsync(inner, query, static (s, q, c) => s.ListAsync(q, c), cancellationToken);

    public ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default) =>
        PassAsync(inner, key, static (s, k, c) => s.PurgeAsync(k, c), cancellationToken);

    public async ValueTask SaveHeartbeatAsync(StoreKey key, long handle, HeartbeatRecord heartbeat,
        CancellationToken cancellationToken = default) =>
        await PassAsync(inner, (key, handle, heartbeat), static async (s, a, c) =>
        {
            await s.SaveHeartbeatAsync(a.key, a.handle, a.heartbeat, c);
            return true;
        }, cancellationToken);

    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(StoreKey key, long handle, long command,
        CancellationToken cancellationToken = default) =>
        PassAsync(inner, (key, handle, command), static (s, a, c) => s.FindHeartbeatAsync(a.key, a.handle, a.command, c),
            cancellationToken);

    private void NoteAppend() => appended();

    private ValueTask<T> PassAsync<TArguments, T>(
        IHistoryStore store, TArguments arguments, Func<IHistoryStore, TArguments, CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken, Action<T, SiloStore>? done = null)
    {
        if (lane.IsClosed) return Never<T>();
        var pending = call(store, arguments, cancellationToken);
        if (pending.IsCompletedSuccessfully && done is null) return pending;

        // An append is answered in a step of its own, as by a store with a disk: meanwhile stimuli gather. Other outcomes too
        // come back to the lane, so that whatever follows is counted before this is not.
        var answer = new TaskCompletionSource<T>();
        ledger.Enter();
        if (pending.IsCompleted) Answer(pending.AsTask(), answer, done);
        else _ = pending.AsTask().ContinueWith(
            t => Answer(t, answer, done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return new ValueTask<T>(answer.Task);
    }

    private void Answer<T>(Task<T> outcome, TaskCompletionSource<T> answer, Action<T, SiloStore>? done)
    {
        if (outcome.IsCompletedSuccessfully) done?.Invoke(outcome.Result, this);
        lane.Post(_ => answer.TrySetFromTask(outcome), null);
        ledger.Exit();
    }

    private static ValueTask<T> Never<T>() => new(new TaskCompletionSource<T>().Task);
}
