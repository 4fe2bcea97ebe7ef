using Orchestration.Grains.Interfaces.Activities;

namespace Orchestration.Grains.Activities;

/// <summary>
/// The attempts that a run was told were never seen here, and those that are over but may be dispatched once more: dispatches of
/// them that are still on their way must not be begun. A message is dropped by the runtime once its call has timed out (30 s),
/// so each is kept for <see cref="Keep"/>, ten times that; and for at most <see cref="MaximumCount"/>, oldest out first (some
/// 10 MB), which is tens of seconds where thousands of attempts a second come from other silos. Thread-safe.
/// </summary>
internal sealed class RefusedDispatches(TimeProvider time)
{
    /// <summary>How long a refusal is remembered.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromMinutes(5);

    /// <summary>How many are remembered.</summary>
    public const int MaximumCount = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptId, long> _fences = [];
    private readonly Queue<(AttemptId Id, long At)> _order = new();
    private int _count;

    /// <summary>Refuses what was dispatched up to the fence.</summary>
    public void Add(AttemptId id, long fence)
    {
        lock (_gate)
        {
            Prune();
            _fences.TryGetValue(id, out var known);
            _fences[id] = Math.Max(known, fence);
            _order.Enqueue((id, time.GetTimestamp()));
            Volatile.Write(ref _count, _order.Count);
        }
    }

    /// <summary>Whether a dispatch with that fence was refused.</summary>
    public bool Refuses(AttemptId id, long fence)
    {
        if (Volatile.Read(ref _count) == 0) return false;
        lock (_gate)
        {
            Prune();
            return _fences.TryGetValue(id, out var refused) && fence <= refused;
        }
    }

    private void Prune()
    {
        while (_order.TryPeek(out var oldest) && (_order.Count > MaximumCount || time.GetElapsedTime(oldest.At) >= Keep))
        {
            _order.Dequeue();
            _fences.Remove(oldest.Id);
        }

        Volatile.Write(ref _count, _order.Count);
    }
}
