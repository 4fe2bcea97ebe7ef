using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>
/// Where histories are kept. Nothing is answered before it is durable. Thread-safe. Calls on one run may come from two
/// activations at once: conditions, not callers, keep a history whole. One conflicting append fails alone, not those that are
/// committed with it.
/// </summary>
/// <remarks>
/// An exception (<see cref="StoreUnavailable"/>) from a write means that its outcome is <em>unknown</em>: the caller repeats it
/// with the same bytes and turn id until it gets an answer. An answer is always certain.
/// </remarks>
public interface IHistoryStore
{
    /// <summary>
    /// How many shards the data set has. Fixed when it was made and stored with it, so that all silos, and all versions of them,
    /// find a run where it was put.
    /// </summary>
    int ShardCount { get; }

    /// <summary>Makes one turn durable.</summary>
    ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes a summary without events, on the condition that the history is still at the expected sequence (a stall, or its
    /// end).
    /// </summary>
    /// <param name="key">The run.</param>
    /// <param name="handle">The store's handle of it; 0 where unknown.</param>
    /// <param name="expectedSequence">How many events the history must have.</param>
    /// <param name="summary">The new summary.</param>
    /// <param name="wakes">What the run's count of suspect wakes is set to; null where it stays as it is.</param>
    /// <param name="cancellationToken">Gives up waiting; the write may still happen.</param>
    /// <returns>Whether it was written.</returns>
    ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
            CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds one to the run's count of suspect wakes, durably, before its code runs; taken back once that code has come to rest.
    /// What stays is how often a silo died while the code ran.
    /// </summary>
    /// <returns>The new count; null where the run is gone.</returns>
    ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default);

    /// <summary>The instance's latest run, or the given one.</summary>
    ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The instance's latest run with what its next reader wants: the beginning of its history, which brings it to life, or
    /// where it is closed its last turn, which says how it ended. A store that can read both in one go saves a trip; by default
    /// they are read one after the other.
    /// </summary>
    /// <param name="key">The instance.</param>
    /// <param name="maximumBytes">
    /// About how many bytes of an open run's history at most, at least one turn; 0: nothing of it.
    /// </param>
    /// <param name="cancellationToken">Gives up the reading.</param>
    /// <returns>The run; null where there is none.</returns>
    async ValueTask<StoredRun?> LoadAsync(
        WorkflowKey key, int maximumBytes = 1 << 20, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(key, null, cancellationToken) is not { } record) return null;
        if (record.Summary.State == RunState.Closed)
            return new StoredRun(record, null, await ReadTailAsync(record.Key, record.Handle, cancellationToken));
        return new StoredRun(record, maximumBytes == 0
            ? null : await ReadAsync(record.Key, record.Handle, 1, maximumBytes, cancellationToken), null);
    }

    /// <summary>Reads a run's history from a sequence (from 1) on, up to about so many bytes, at least one turn.</summary>
    ValueTask<HistoryPage> ReadAsync(StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
        CancellationToken cancellationToken = default);

    /// <summary>The last stored turn of a run; null where there is no such run.</summary>
    ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default);

    /// <summary>The runs of a shard that are to be woken.</summary>
    ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default);

    /// <summary>Lists runs.</summary>
    /// <exception cref="InvalidRequest">The continuation is none of this store's, or the page size is out of range.</exception>
    ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts the runs that a query lists, by type and status, ordered by both; its page size and continuation mean nothing. A
    /// store that has no better way counts by listing.
    /// </summary>
    ValueTask<IReadOnlyList<RunCount>> CountAsync(ListQuery query, CancellationToken cancellationToken = default) =>
        ListCounting.CountAsync(this, query, cancellationToken);

    /// <summary>The namespaces that have runs, in order; a store that does not know says the default one.</summary>
    ValueTask<IReadOnlyList<string>> NamespacesAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<string>>([WorkflowKey.DefaultNamespace]);

    /// <summary>Removes a closed run with all that belongs to it; the latest run of an instance too.</summary>
    /// <returns>Whether it was there and closed; an open run is never removed.</returns>
    ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps the latest heartbeat details of an attempt, beside the history; an older attempt's never replace a newer one's.
    /// </summary>
    ValueTask SaveHeartbeatAsync(StoreKey key, long handle, HeartbeatRecord heartbeat,
        CancellationToken cancellationToken = default);

    /// <summary>The latest heartbeat details of an activity; null where there are none. They go with the run.</summary>
    ValueTask<HeartbeatRecord?> FindHeartbeatAsync(StoreKey key, long handle, long command,
        CancellationToken cancellationToken = default);
}
