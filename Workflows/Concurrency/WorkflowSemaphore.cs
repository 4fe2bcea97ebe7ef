namespace Orchestration.Workflows;

/// <summary>
/// Lets so many parts of one workflow's code in at a time, in the order in which they came: the same on every replay. It is part
/// of the
/// workflow's own state, so it guards nothing between workflows. For the run's own code only.
/// </summary>
public sealed class WorkflowSemaphore
{
    private readonly WorkflowQueue<object?> _waiting = new();
    private readonly int _maximum;
    private int _free;

    /// <summary>Makes a semaphore with all places free.</summary>
    /// <param name="places">How many may be in at a time; at least one.</param>
    public WorkflowSemaphore(int places)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(places, 1);
        _maximum = _free = places;
    }

    /// <summary>How many places are free.</summary>
    public int CurrentCount => _free;

    /// <summary>How many wait.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Waits for a place.</summary>
    /// <param name="cancellationToken">Ends the wait; default: the surrounding scope's or the workflow's own token.</param>
    /// <exception cref="Canceled">The wait was cancelled; no place was taken.</exception>
    public Task WaitAsync(CancellationToken? cancellationToken = null)
    {
        if (_free == 0) return _waiting.Add(cancellationToken, "The wait for a semaphore was cancelled.");
        _free--;
        return Task.CompletedTask;
    }

    /// <summary>Takes a place if one is free.</summary>
    public bool TryWait()
    {
        if (_free == 0) return false;
        _free--;
        return true;
    }

    /// <summary>Waits for a place and takes it for as long as the returned value is not disposed.</summary>
    /// <inheritdoc cref="WaitAsync"/>
    public async Task<IDisposable> EnterAsync(CancellationToken? cancellationToken = null)
    {
        await WaitAsync(cancellationToken);
        return new Place(this);
    }

    /// <summary>Gives a place back: to the one who has waited longest, if any.</summary>
    /// <exception cref="InvalidOperationException">All places are free.</exception>
    public void Release()
    {
        if (_waiting.TryEnd(null)) return;
        if (_free == _maximum) throw new InvalidOperationException("The semaphore was released more often than it was entered.");
        _free++;
    }

    private sealed class Place(WorkflowSemaphore semaphore) : IDisposable
    {
        private WorkflowSemaphore? _semaphore = semaphore;

        public void Dispose()
        {
            _semaphore?.Release();
            _semaphore = null;
        }
    }
}
