using System.Collections.Concurrent;
using Orchestration.Grains.Hosting;

namespace Orchestration.Grains.Activities;

/// <summary>
/// How many attempts run at once on this silo, and those that wait for their turn, in order. A slot is held until the attempt's
/// code has come to its end, even if its outcome was decided before (a timeout that the code ignores). Thread-safe, without a
/// lock.
/// </summary>
internal sealed class AttemptSlots
{
    private readonly ActivityAttempt?[] _running;
    private readonly EngineThreads _threads;
    private readonly ConcurrentQueue<int> _freed = new();
    private readonly ConcurrentQueue<ActivityAttempt> _waiting = new();
    private int _handedOut;
    private int _waitingCount;

    /// <summary>So many slots, whose attempts run on the given threads.</summary>
    public AttemptSlots(int capacity, EngineThreads threads)
    {
        _running = new ActivityAttempt?[capacity];
        _threads = threads;
    }

    /// <summary>How many slots there are.</summary>
    public int Capacity => _running.Length;

    /// <summary>How many attempts wait.</summary>
    public int WaitingCount => Volatile.Read(ref _waitingCount);

    /// <summary>How many slots are taken.</summary>
    public int RunningCount => Math.Min(Volatile.Read(ref _handedOut), _running.Length) - _freed.Count;

    /// <summary>Starts an attempt now, or once it is its turn.</summary>
    public void Enter(ActivityAttempt attempt)
    {
        if (_waiting.IsEmpty && TryTake(out var slot))
        {
            Start(attempt, slot);
            return;
        }

        Interlocked.Increment(ref _waitingCount);
        _waiting.Enqueue(attempt);
        StartWaiting();
    }

    /// <summary>Gives an attempt's slot to the next one.</summary>
    public void Leave(ActivityAttempt attempt)
    {
        _running[attempt.Slot] = null;
        _freed.Enqueue(attempt.Slot);
        StartWaiting();
        _threads.Ended(attempt); // after the next one has begun: between them nothing is idle
    }

    /// <summary>The attempts that hold a slot.</summary>
    public IEnumerable<ActivityAttempt> Running()
    {
        var end = Math.Min(Volatile.Read(ref _handedOut), _running.Length);
        for (var i = 0; i < end; i++)
            if (Volatile.Read(ref _running[i]) is { } attempt) yield return attempt;
    }

    /// <summary>The attempts that wait for their turn.</summary>
    public IEnumerable<ActivityAttempt> Waiting() => _waiting.Where(static a => a.IsWaiting);

    /// <summary>Takes the attempts that wait out of the line.</summary>
    public IEnumerable<ActivityAttempt> TakeWaiting()
    {
        while (_waiting.TryDequeue(out var attempt))
        {
            Interlocked.Decrement(ref _waitingCount);
            yield return attempt;
        }
    }

    // Whoever adds to the line looks for a free slot afterwards, and whoever frees a slot looks at the line afterwards; the
    // barrier keeps each from looking too early, so that none waits beside a free slot.
    private void StartWaiting()
    {
        Interlocked.MemoryBarrier();
        while (!_waiting.IsEmpty && TryTake(out var slot))
        {
            if (_waiting.TryDequeue(out var attempt))
            {
                Interlocked.Decrement(ref _waitingCount);
                if (attempt.IsWaiting)
                {
                    Start(attempt, slot);
                    continue;
                }
            }

            _freed.Enqueue(slot);
            Interlocked.MemoryBarrier();
        }
    }

    private bool TryTake(out int slot)
    {
        if (_freed.TryDequeue(out slot)) return true;
        if (Volatile.Read(ref _handedOut) >= _running.Length) return false;
        slot = Interlocked.Increment(ref _handedOut) - 1;
        if (slot < _running.Length) return true;
        Interlocked.Decrement(ref _handedOut);
        return _freed.TryDequeue(out slot);
    }

    private void Start(ActivityAttempt attempt, int slot)
    {
        attempt.Slot = slot;
        Volatile.Write(ref _running[slot], attempt);
        _threads.Start(attempt);
    }
}
