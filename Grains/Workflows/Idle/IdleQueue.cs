using System.Collections.Concurrent;

namespace Orchestration.Grains.Workflows.Idle;

/// <summary>
/// Idle activations by recent use. A second-chance queue: each stands in it once, so a busy one costs nothing, and there is no
/// lock.
/// </summary>
internal sealed class IdleQueue(int capacity)
{
    private const int MostTries = 16;

    private readonly ConcurrentQueue<IdleEntry> _queue = new();
    private int _count;

    /// <summary>How many stand in it.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds one; the longest unused is let go where it is one too many.</summary>
    public void Add(IdleEntry entry)
    {
        _queue.Enqueue(entry);
        if (Interlocked.Increment(ref _count) > capacity) EvictOne();
    }

    private void EvictOne()
    {
        // A touched one goes round once more; bounded, so that a queue of busy ones is not searched for ever.
        for (var tries = 1; _queue.TryDequeue(out var oldest); tries++)
        {
            if (tries < MostTries && oldest.TakeTouched())
            {
                _queue.Enqueue(oldest);
                continue;
            }

            Interlocked.Decrement(ref _count);
            oldest.Evict(); // one that has left by itself made room as well
            return;
        }
    }
}
