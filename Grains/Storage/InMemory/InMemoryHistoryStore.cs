using System.Collections.Concurrent;
using Orchestration.Workflows;

namespace Orchestration.Grains.Storage.InMemory;

/// <summary>
/// Histories in this process's memory: durable for as long as the store lives, and no longer. For tests, simulation and
/// measurements; it keeps the whole contract. Thread-safe; runs of different instances do not wait for each other.
/// </summary>
/// <param name="shardCount">How many shards the data set has, 1 to <see cref="Shards.Maximum"/>.</param>
public sealed class InMemoryHistoryStore(int shardCount = Shards.Default) : IHistoryStore
{
    private readonly ConcurrentDictionary<WorkflowKey, MemoryInstance> _instances = new();
    private readonly ConcurrentDictionary<long, MemoryRun> _runs = new();
    private readonly DueIndex _due = new(Shards.Check(shardCount));
    private readonly RunIndex _starts = new(static run => run.StartedAt);
    private readonly RunIndex _ends = new(static run => run.EndedAt!.Value);
    private long _lastHandle;

    /// <inheritdoc/>
    public int ShardCount => shardCount;

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(request, ShardCount);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(request.ExpectedSequence == 0 ? Start(request) : Continue(request));
    }

    /// <inheritdoc/>
    public ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        cancellationToken.ThrowIfCancellationRequested();
        if (Lookup(key, handle) is not { } run) return ValueTask.FromResult(false);
        lock (run.Instance.Gate)
        {
            if (run.Purged || run.Tail != expectedSequence) return ValueTask.FromResult(false);
            Summarize(run, summary);
            if (wakes is { } count) run.Wakes = count;
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Lookup(key, handle) is not { } run) return ValueTask.FromResult<int?>(null);
        lock (run.Instance.Gate) return ValueTask.FromResult<int?>(run.Purged ? null : ++run.Wakes);
    }

    /// <inheritdoc/>
    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_instances.TryGetValue(key, out var instance)) return ValueTask.FromResult<RunRecord?>(null);
        lock (instance.Gate)
        {
            var run = runId is { } id ? instance.Find(id) : instance.Runs.LastOrDefault();
            return ValueTask.FromResult(run?.ToRecord());
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredRun?> LoadAsync(
        WorkflowKey key, int maximumBytes = 1 << 20, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_instances.TryGetValue(key, out var instance)) return ValueTask.FromResult<StoredRun?>(null);
        lock (instance.Gate)
        {
            if (instance.Runs.LastOrDefault() is not { } run) return ValueTask.FromResult<StoredRun?>(null);
            var isClosed = run.Summary.State == RunState.Closed;
            return ValueTask.FromResult<StoredRun?>(new StoredRun(
                run.ToRecord(), isClosed || maximumBytes == 0 ? null : run.Read(1, maximumBytes), isClosed ? run.Last : null));
        }
    }

    /// <inheritdoc/>
    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Lookup(key, handle) is not { } run) return ValueTask.FromResult(new HistoryPage([], null));
        lock (run.Instance.Gate)
            return ValueTask.FromResult(run.Purged ? new HistoryPage([], null) : run.Read(fromSequence, maximumBytes));
    }

    /// <inheritdoc/>
    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Lookup(key, handle) is not { } run) return ValueTask.FromResult<HistoryBatch?>(null);
        lock (run.Instance.Gate) return ValueTask.FromResult(run.Purged ? null : run.Last);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query, ShardCount);
        cancellationToken.ThrowIfCancellationRequested();
        var due = new List<DueRun>();
        foreach (var run in _due.Take(query))
        {
            lock (run.Instance.Gate)
            {
                var (state, wakeAt) = (run.Summary.State, run.Summary.WakeAt);
                var isDue = query.State == RunState.Parked
                    ? state is RunState.Parked or RunState.Runnable or RunState.Stalled && wakeAt is not null
                    : state == query.State;
                if (!isDue) continue;
                if (query.State != RunState.Parked) wakeAt = null;
                due.Add(new DueRun(run.Instance.Key, state, wakeAt, run.Wakes, run.Handle,
                    query.State == RunState.Stalled ? run.Summary.Detail : null));
            }
        }

        return ValueTask.FromResult<IReadOnlyList<DueRun>>(due);
    }

    /// <inheritdoc/>
    public ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query);
        cancellationToken.ThrowIfCancellationRequested();
        var runs = IndexFor(query).Take(
            ListCursor.Parse(query.Continuation), run => Matches(query, run), query.PageSize + 1);
        return ValueTask.FromResult(ListPage.Of(query, runs.ConvertAll(static run =>
        {
            lock (run.Instance.Gate) return run.ToRecord();
        })));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RunCount>> CountAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var counts = IndexFor(query).Take(ListCursor.Start, run => Matches(query, run), int.MaxValue)
            .GroupBy(static run => (run.Header.WorkflowType, run.Summary.Status))
            .Select(static group => new RunCount(group.Key.WorkflowType, group.Key.Status, group.Count()));
        return ValueTask.FromResult(ListCounting.InOrder(counts));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> NamespacesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<string>>(
            [.. _instances.Keys.Select(static key => key.Namespace).Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Lookup(key, 0) is not { } run) return ValueTask.FromResult(false);
        var instance = run.Instance;
        lock (instance.Gate)
        {
            if (run.Purged || run.Summary.State != RunState.Closed) return ValueTask.FromResult(false);
            run.Purged = true;
            instance.Runs.Remove(run);
            _runs.TryRemove(run.Handle, out _);
            _starts.Remove(run);
            if (run.EndedAt is not null) _ends.Remove(run);
            if (instance.Runs.Count > 0) return ValueTask.FromResult(true);
            instance.Dead = true;
            _instances.TryRemove(KeyValuePair.Create(instance.Key, instance));
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask SaveHeartbeatAsync(
        StoreKey key, long handle, HeartbeatRecord heartbeat, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        cancellationToken.ThrowIfCancellationRequested();
        if (Lookup(key, handle) is not { } run) return ValueTask.CompletedTask;
        lock (run.Instance.Gate)
        {
            var beats = run.Heartbeats ??= [];
            if (!beats.TryGetValue(heartbeat.Command, out var last) || last.Attempt <= heartbeat.Attempt)
                beats[heartbeat.Command] = heartbeat;
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(
        StoreKey key, long handle, long command, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Lookup(key, handle) is not { } run) return ValueTask.FromResult<HeartbeatRecord?>(null);
        lock (run.Instance.Gate)
            return ValueTask.FromResult(run.Purged ? null : run.Heartbeats?.GetValueOrDefault(command));
    }

    /// <summary>All runs, in the order of their starts.</summary>
    internal IEnumerable<RunRecord> All()
    {
        foreach (var (_, run) in _runs.ToArray().OrderBy(static r => r.Key)) // the dictionary's own copy is of one moment
        {
            RunRecord record;
            lock (run.Instance.Gate) record = run.ToRecord();
            yield return record;
        }
    }

    /// <summary>A run's heartbeats, in the order of their commands.</summary>
    internal IReadOnlyList<HeartbeatRecord> HeartbeatsOf(StoreKey key)
    {
        if (Lookup(key, 0) is not { } run) return [];
        lock (run.Instance.Gate) return run.Heartbeats?.Values.OrderBy(static beat => beat.Command).ToArray() ?? [];
    }

    private AppendResult Start(AppendRequest request)
    {
        while (true)
        {
            var instance = _instances.GetOrAdd(request.Key.Key, static key => new MemoryInstance(key));
            lock (instance.Gate)
            {
                if (instance.Dead) continue;
                if (instance.Find(request.Key.RunId) is { } same)
                    return new AppendResult(same.Has(request) ? AppendOutcome.Appended : AppendOutcome.Conflict, same.Handle);
                var latest = instance.Runs.LastOrDefault();
                if (!Allows(request.Header!.Previous, latest))
                {
                    if (latest is not null) return new AppendResult(AppendOutcome.InstanceExists, 0, latest.ToRecord());
                    instance.Dead = true;
                    _instances.TryRemove(KeyValuePair.Create(instance.Key, instance));
                    return new AppendResult(AppendOutcome.Conflict, 0);
                }

                var run = new MemoryRun(
                    instance, request.Key.RunId, Interlocked.Increment(ref _lastHandle), request.Header, request.Summary!);
                run.Add(request);
                if (latest is { Summary.State: not RunState.Closed })
                    Summarize(latest, latest.Summary with { State = RunState.Closed, WakeAt = null });
                instance.Runs.Add(run);
                _runs[run.Handle] = run;
                _starts.Add(run);
                Place(run, run.Summary);
                _due.Move(run, null, run.Summary);
                return new AppendResult(AppendOutcome.Appended, run.Handle);
            }
        }
    }

    private AppendResult Continue(AppendRequest request)
    {
        if (Lookup(request.Key, request.Handle) is not { } run) return new AppendResult(AppendOutcome.Conflict, 0);
        lock (run.Instance.Gate)
        {
            if (run.Purged) return new AppendResult(AppendOutcome.Conflict, 0);
            if (run.Tail != request.ExpectedSequence)
                return new AppendResult(run.Has(request) ? AppendOutcome.Appended : AppendOutcome.Conflict, run.Handle);
            run.Add(request);
            if (request.Summary is not null) Summarize(run, request.Summary);
            if (request.Wakes is { } wakes) run.Wakes = wakes;
            return new AppendResult(AppendOutcome.Appended, run.Handle);
        }
    }

    private static bool Allows(RunId? previous, MemoryRun? latest) => previous is { } id
        ? latest is { Summary.ClosedAt: not null } && latest.Id == id
        : latest is null;

    private MemoryRun? Lookup(StoreKey key, long handle)
    {
        if (handle != 0 && _runs.TryGetValue(handle, out var known) && known.Key == key) return known;
        if (!_instances.TryGetValue(key.Key, out var instance)) return null;
        lock (instance.Gate) return instance.Find(key.RunId);
    }

    private RunIndex IndexFor(ListQuery query) => query.IsByEnd ? _ends : _starts;

    private void Place(MemoryRun run, RunSummary summary)
    {
        var end = summary.ClosedAt?.ToUnixTimeMilliseconds();
        if (end == run.EndedAt) return;
        if (run.EndedAt is not null) _ends.Remove(run);
        run.EndedAt = end;
        if (end is not null) _ends.Add(run);
    }

    private void Summarize(MemoryRun run, RunSummary summary)
    {
        Place(run, summary);
        _due.Move(run, run.Summary, summary);
        run.Summary = summary;
    }

    private static bool Matches(ListQuery query, MemoryRun run) =>
        run.Instance.Key.Namespace == query.Namespace
        && (query.WorkflowType is null || run.Header.WorkflowType == query.WorkflowType)
        && (query.Status is null || run.Summary.Status == query.Status)
        && (query.IdPrefix is null || run.Instance.Key.Id.Value.StartsWith(query.IdPrefix, StringComparison.Ordinal))
        && (query.StartedFrom is null || run.Header.StartedAt >= query.StartedFrom)
        && (query.StartedBefore is null || run.Header.StartedAt < query.StartedBefore)
        && (query.ClosedFrom is null || run.Summary.ClosedAt >= query.ClosedFrom)
        && (query.ClosedBefore is null || run.Summary.ClosedAt < query.ClosedBefore);
}
