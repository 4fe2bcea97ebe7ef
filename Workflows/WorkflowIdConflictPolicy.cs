namespace Orchestration.Workflows;

/// <summary>What becomes of a start where an open run holds the id.</summary>
public enum WorkflowIdConflictPolicy
{
    /// <summary>It fails with <see cref="WorkflowAlreadyStarted"/>.</summary>
    Fail,

    /// <summary>Nothing is started; the caller gets the open run.</summary>
    UseExisting,

    /// <summary>
    /// The open run is terminated and a new one begins, as one: where the one is durable, the other comes, whatever crashes.
    /// </summary>
    TerminateExisting,
}
