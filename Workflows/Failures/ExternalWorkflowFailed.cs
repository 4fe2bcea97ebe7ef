namespace Orchestration.Workflows;

/// <summary>Why a message to another workflow was not delivered.</summary>
public enum ExternalProblem
{
    /// <summary>There is no such workflow, or no such run of it.</summary>
    NotFound,

    /// <summary>The run has ended.</summary>
    Closed,

    /// <summary>The receiver refused the message as it stands.</summary>
    Refused,
}

/// <summary>A signal or a cancellation did not reach another workflow. It has no effect there.</summary>
public sealed class ExternalWorkflowFailed : RecordedFailure
{
    internal ExternalWorkflowFailed(FailureInfo info) : base(info.Message)
    {
        Info = info;
        WorkflowId = info.WorkflowId ?? "";
        Problem = Enum.TryParse<ExternalProblem>(info.Type, out var problem) ? problem : ExternalProblem.Refused;
    }

    /// <summary>The receiver's id.</summary>
    public string WorkflowId { get; }

    /// <summary>Why.</summary>
    public ExternalProblem Problem { get; }
}
