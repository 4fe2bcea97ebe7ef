namespace Orchestration.Workflows;

/// <summary>Why a child could not be started.</summary>
public enum ChildStartProblem
{
    /// <summary>A run holds the id, or its reuse is not allowed.</summary>
    AlreadyStarted,

    /// <summary>The silo where it belongs does not host its workflow type.</summary>
    UnknownWorkflowType,

    /// <summary>The input does not fit its workflow type, or is too large.</summary>
    InvalidRequest,
}

/// <summary>A child workflow could not be started. Nothing was written for it.</summary>
public sealed class ChildWorkflowNotStarted : RecordedFailure
{
    internal ChildWorkflowNotStarted(FailureInfo info) : base(info.Message)
    {
        Info = info;
        WorkflowId = info.WorkflowId ?? "";
        WorkflowType = info.WorkflowType ?? "";
        Problem = Enum.TryParse<ChildStartProblem>(info.Type, out var problem) ? problem : ChildStartProblem.InvalidRequest;
    }

    /// <summary>The child's id.</summary>
    public string WorkflowId { get; }

    /// <summary>Its workflow type.</summary>
    public string WorkflowType { get; }

    /// <summary>Why.</summary>
    public ChildStartProblem Problem { get; }
}
