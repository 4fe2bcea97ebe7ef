using System.Collections.Concurrent;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities.Remote;

/// <summary>
/// Attempts on this silo that workers outside the cluster carry out. To their runs they are attempts like others: accepted by
/// this host, begun when a worker takes them, lost with this silo. They hold no slot and no thread. Thread-safe.
/// </summary>
/// <remarks>
/// A worker has an attempt under a lease, which its heartbeats renew. One that is not heard of for the lease's time is taken to
/// be lost: the attempt fails as <c>WorkerLost</c>, its retry policy decides, and the lease opens nothing any more, so that an
/// old
/// worker that comes back cannot end the new attempt. An outcome is acknowledged once it is durable with the run; a repeat of it
/// under the same lease is answered like the first.
/// </remarks>
internal sealed class RemoteAttempts
{
    private const int MaximumQueues = 10_000;
    private const int RememberedEnds = 1000;

    private readonly ConcurrentDictionary<string, RemoteQueue> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, ActivityAttempt> _leased = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, ActivityReportKind> _ended = [];
    private readonly Queue<Guid> _endedInOrder = new();
    private bool _isUsed; // most silos never have such an attempt

    /// <summary>Called with the queue's name where an attempt waits and no poll here does.</summary>
    public Action<string>? Unserved { get; set; }

    /// <summary>How long a worker may be silent.</summary>
    public required TimeSpan LeaseTime { get; init; }

    /// <summary>How many attempts wait.</summary>
    public int WaitingCount => !Volatile.Read(ref _isUsed) ? 0 : _queues.Values.Sum(static q => q.Count);

    /// <summary>The attempts that workers have.</summary>
    public IEnumerable<ActivityAttempt> Running() => Volatile.Read(ref _isUsed) ? _leased.Values : [];

    /// <summary>The attempts that wait for a worker.</summary>
    public IEnumerable<ActivityAttempt> Waiting() =>
        Volatile.Read(ref _isUsed) ? _queues.Values.SelectMany(static q => q.Waiting()) : [];

    /// <summary>Has an attempt wait for a worker.</summary>
    /// <returns>False where there are too many queues.</returns>
    public bool Enter(ActivityAttempt attempt)
    {
        RemoteNames.TrySplit(attempt.Task.ActivityType, out var name, out _);
        if (!_queues.ContainsKey(name) && _queues.Count >= MaximumQueues) return false;
        Volatile.Write(ref _isUsed, true);
        if (!QueueOf(name).Add(attempt)) Unserved?.Invoke(name);
        return true;
    }

    /// <summary>The queue of that name.</summary>
    public RemoteQueue QueueOf(string name) => _queues.GetOrAdd(name, static _ => new RemoteQueue());

    /// <summary>Whether a queue of that name could be polled.</summary>
    public bool HasRoomFor(string name) => _queues.ContainsKey(name) || _queues.Count < MaximumQueues;

    /// <summary>Gives the next attempt of a queue to a worker.</summary>
    public async Task<RemoteTask?> TakeAsync(string queue, string silo, string worker)
    {
        if (!_queues.TryGetValue(queue, out var waiting)) return null;
        while (waiting.Take() is { } attempt)
        {
            var lease = Chance.NewGuid();
            _leased[lease] = attempt;
            if (!await attempt.LeaseAsync(lease, worker))
            {
                _leased.TryRemove(lease, out _); // it was cancelled meanwhile
                continue;
            }

            return new RemoteTask
            {
                Silo = silo, Lease = lease, LeaseTime = LeaseTime, Task = attempt.Task, HeartbeatDetails = attempt.DetailsLeft,
            };
        }

        return null;
    }

    /// <summary>A worker's heartbeat.</summary>
    /// <exception cref="PayloadTooLarge">The details are over the limit.</exception>
    public RemoteBeat Beat(Guid lease, Payload? details)
    {
        if (!_leased.TryGetValue(lease, out var attempt) || !attempt.RenewLease(lease))
            return new RemoteBeat(false, attempt?.Reason ?? ActivityCancellationReason.NotWanted);
        attempt.Beat(details);
        return new RemoteBeat(true, attempt.Reason);
    }

    /// <summary>Ends an attempt; true once its outcome is durable.</summary>
    public async Task<bool> EndAsync(Guid lease, ActivityReportKind kind, Payload? result, FailureInfo? failure)
    {
        if (!_leased.TryGetValue(lease, out var attempt))
        {
            lock (_gate) return _ended.TryGetValue(lease, out var known) && known == kind;
        }

        if (!await attempt.EndLeasedAsync(lease, kind, result, failure)) return false;
        lock (_gate)
        {
            if (_ended.TryAdd(lease, kind)) _endedInOrder.Enqueue(lease);
            if (_endedInOrder.Count > RememberedEnds) _ended.Remove(_endedInOrder.Dequeue());
        }

        return true;
    }

    /// <summary>An attempt is forgotten by its host.</summary>
    public void Forget(Guid lease) => _leased.TryRemove(lease, out _);

    /// <summary>Takes all attempts that wait.</summary>
    public IEnumerable<ActivityAttempt> TakeWaiting() => _queues.Values.SelectMany(static q => q.TakeAll());
}
