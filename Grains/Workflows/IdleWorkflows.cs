using System.Collections.Concurrent;

namespace Orchestration.Grains.Workflows;

/// <summary>An activation that has nothing to do for now.</summary>
internal interface IIdleWorkflow
{
    /// <summary>Whether it has been at work since it was last looked at; looking sets it back.</summary>
    bool TakeTouched();

    /// <summary>Lets it go from memory, in good order. Any thread.</summary>
    void Evict();
}

/// <summary>
/// Keeps parked and closed workflows in memory by recent use, up to a number; beyond it the longest unused is let go. A
/// second-chance queue: each activation stands in it once, so a busy one costs nothing, and there is no lock.
/// </summary>
internal sealed class IdleWorkflows(int capacity)
{
    private readonly ConcurrentQueue<IIdleWorkflow> _queue = new();
    private int _count;

    /// <summary>How many stand in the queue.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds an activation that is not in the queue yet.</summary>
    public void Add(IIdleWorkflow idle)
    {
        _queue.Enqueue(idle);
        if (Interlocked.Increment(ref _count) > capacity) EvictOne();
    }

    private void EvictOne()
    {
        // A touched one goes round once more; bounded, so that a queue of busy ones is not searched for ever.
        for (var tries = 0; tries < 16 && _queue.TryDequeue(out var oldest); tries++)
        {
            if (tries < 15 && oldest.TakeTouched())
            {
                _queue.Enqueue(oldest);
                continue;
            }

            Interlocked.Decrement(ref _count);
            oldest.Evict();
            return;
        }
    }
}
