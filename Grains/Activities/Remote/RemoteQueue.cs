namespace Orchestration.Grains.Activities.Remote;

/// <summary>
/// The attempts of one queue that wait on this silo, in order, and the workers' polls that wait here for some. Thread-safe.
/// </summary>
internal sealed class RemoteQueue
{
    private const int WorthTidying = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _pollers = new();
    private Queue<ActivityAttempt> _waiting = new();
    private int _tidyAt = WorthTidying;

    /// <summary>How many attempts wait; some may have ended since.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Adds an attempt, and tells one poll.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Add(ActivityAttempt attempt)
    {
        lock (_gate)
        {
            if (_waiting.Count >= _tidyAt)
            {
                // Those that were cancelled while nobody polled.
                _waiting = new Queue<ActivityAttempt>(_waiting.Where(static a => a.IsWaiting));
                _tidyAt = Math.Max(WorthTidying, _waiting.Count * 2);
            }

            _waiting.Enqueue(attempt);
        }

        return Signal();
    }

    /// <summary>Takes the next attempt; null where there is none.</summary>
    public ActivityAttempt? Take()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var attempt))
                if (attempt.IsWaiting) return attempt;
            return null;
        }
    }

    /// <summary>Tells one poll to look again.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Signal()
    {
        lock (_gate)
        {
            if (_pollers.First is not { } poller) return false;
            _pollers.Remove(poller);
            poller.Value.TrySetResult();
            return true;
        }
    }

    /// <summary>Joins those who are told. To be asked for before looking, so that nothing is missed.</summary>
    public LinkedListNode<TaskCompletionSource> Join()
    {
        var poller = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) return _pollers.AddLast(poller);
    }

    /// <summary>Leaves them without another look; what one was told meanwhile is told to the next.</summary>
    public void Leave(LinkedListNode<TaskCompletionSource> poller)
    {
        lock (_gate)
        {
            if (poller.List is null) Signal();
            else _pollers.Remove(poller);
        }
    }

    /// <summary>Those that wait.</summary>
    public IReadOnlyList<ActivityAttempt> Waiting()
    {
        lock (_gate) return [.. _waiting.Where(static a => a.IsWaiting)];
    }

    /// <summary>Takes all attempts.</summary>
    public IReadOnlyList<ActivityAttempt> TakeAll()
    {
        lock (_gate)
        {
            var all = _waiting.ToArray();
            _waiting.Clear();
            return all;
        }
    }
}
