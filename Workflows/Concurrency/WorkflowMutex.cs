namespace Orchestration.Workflows;

/// <summary>
/// Lets one part of a workflow's code in at a time (a critical section), in the order in which they came: handlers that run
/// activities
/// can so keep out of each other's way. Not re-entrant. For the run's own code only.
/// </summary>
public sealed class WorkflowMutex
{
    private readonly WorkflowSemaphore _semaphore = new(1);

    /// <summary>Whether somebody is in.</summary>
    public bool IsLocked => _semaphore.CurrentCount == 0;

    /// <summary>Waits for the turn; dispose what is returned to leave.</summary>
    /// <param name="cancellationToken">Ends the wait; default: the surrounding scope's or the workflow's own token.</param>
    /// <exception cref="Canceled">The wait was cancelled.</exception>
    public Task<IDisposable> LockAsync(CancellationToken? cancellationToken = null) => _semaphore.EnterAsync(cancellationToken);
}
