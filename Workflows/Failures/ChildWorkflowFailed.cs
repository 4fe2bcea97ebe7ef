namespace Orchestration.Workflows;

/// <summary>A child workflow ended without a result: it failed or was terminated. The cause is the inner exception.</summary>
public sealed class ChildWorkflowFailed : RecordedFailure
{
    internal ChildWorkflowFailed(FailureInfo info, Exception? cause) : base(info.Message, cause)
    {
        Info = info;
        WorkflowId = info.WorkflowId ?? "";
        WorkflowType = info.WorkflowType ?? "";
        Status = info.Status ?? WorkflowStatus.Failed;
    }

    /// <summary>The child's id.</summary>
    public string WorkflowId { get; }

    /// <summary>Its workflow type.</summary>
    public string WorkflowType { get; }

    /// <summary>How it ended.</summary>
    public WorkflowStatus Status { get; }
}
