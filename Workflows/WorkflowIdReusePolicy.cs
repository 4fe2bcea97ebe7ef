namespace Orchestration.Workflows;

/// <summary>Whether an id may be started again after its run has ended. An open run always holds its id.</summary>
public enum WorkflowIdReusePolicy
{
    /// <summary>Yes: a new run begins.</summary>
    AllowDuplicate,

    /// <summary>Only where the latest run did not complete with a result.</summary>
    AllowDuplicateFailedOnly,

    /// <summary>No: the id is used once.</summary>
    RejectDuplicate,
}
