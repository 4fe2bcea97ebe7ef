using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Tests.Support.Storage;

/// <summary>
/// A store before another one, in which the Nth write fails, loses its reply or is late. Writes are appends, summaries, wake
/// counts and heartbeats, counted from 1 in the order of their arrival. Reads pass. Thread-safe.
/// </summary>
public sealed class FaultyHistoryStore(IHistoryStore inner) : IHistoryStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, StoreFault> _faults = [];
    private readonly Dictionary<long, StoreHold> _holdsBefore = [];
    private readonly Dictionary<long, StoreHold> _holdsAfter = [];
    private StoreFault? _all;
    private long _writes;

    /// <summary>How many writes have arrived.</summary>
    public long Writes
    {
        get { lock (_gate) return _writes; }
    }

    /// <summary>Called for every write with its number, before anything else.</summary>
    public Action<long>? Arrived { get; set; }

    /// <summary>Lets the Nth write fail, counted from the store's first one.</summary>
    public FaultyHistoryStore Inject(long nth, StoreFault fault)
    {
        lock (_gate) _faults[nth] = fault;
        return this;
    }

    /// <summary>Lets every write fail from now on, until it is called with null.</summary>
    public void InjectAll(StoreFault? fault)
    {
        lock (_gate) _all = fault;
    }

    /// <summary>Holds the Nth write back before it is carried out.</summary>
    public StoreHold HoldBefore(long nth) => Hold(_holdsBefore, nth);

    /// <summary>Holds the answer of the Nth write back after it is durable.</summary>
    public StoreHold HoldAfter(long nth) => Hold(_holdsAfter, nth);

    /// <summary>Holds no further write; what waits already goes on waiting.</summary>
    public void HoldNoMore()
    {
        lock (_gate)
        {
            _holdsBefore.Clear();
            _holdsAfter.Clear();
        }
    }

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default) =>
        WriteAsync(() => inner.AppendAsync(request, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
        CancellationToken cancellationToken = default) =>
        WriteAsync(() => inner.UpdateSummaryAsync(key, handle, expectedSequence, summary, wakes, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        WriteAsync(() => inner.CountWakeAsync(key, handle, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask SaveHeartbeatAsync(
        StoreKey key, long handle, HeartbeatRecord heartbeat, CancellationToken cancellationToken = default) =>
        await WriteAsync(async () =>
        {
            await inner.SaveHeartbeatAsync(key, handle, heartbeat, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default) =>
        WriteAsync(() => inner.PurgeAsync(key, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default) =>
        inner.FindAsync(key, runId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
            CancellationToken cancellationToken = default) =>
        inner.ReadAsync(key, handle, fromSequence, maximumBytes, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        inner.ReadTailAsync(key, handle, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default) =>
        inner.DueRunsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default) =>
        inner.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(
        StoreKey key, long handle, long command, CancellationToken cancellationToken = default) =>
        inner.FindHeartbeatAsync(key, handle, command, cancellationToken);

    private StoreHold Hold(Dictionary<long, StoreHold> holds, long nth)
    {
        lock (_gate)
        {
            if (!holds.TryGetValue(nth, out var hold)) holds[nth] = hold = new StoreHold();
            return hold;
        }
    }

    private async ValueTask<T> WriteAsync<T>(Func<ValueTask<T>> write)
    {
        StoreFault? fault;
        StoreHold? before;
        StoreHold? after;
        long number;
        lock (_gate)
        {
            number = ++_writes;
            fault = _faults.TryGetValue(number, out var own) ? own : _all;
            before = _holdsBefore.GetValueOrDefault(number);
            after = _holdsAfter.GetValueOrDefault(number);
        }

        Arrived?.Invoke(number);
        if (before is not null) await before.ArriveAsync();
        if (fault == StoreFault.Fail) throw new StoreUnavailable($"Write {number} was made to fail.");
        var result = await write();
        if (after is not null) await after.ArriveAsync();
        if (fault == StoreFault.LoseReply) throw new StoreUnavailable($"The reply of write {number} was made to be lost.");
        return result;
    }
}
