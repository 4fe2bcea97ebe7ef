namespace Orchestration.Workflows;

/// <summary>No run is known under that id.</summary>
public sealed class WorkflowNotFound(WorkflowKey key, RunId? runId = null)
    : ApiFailure($"No workflow '{key}'{(runId is { } run ? $" with run {run}" : "")} is known. "
        + "Check the id and the namespace; it may have been purged.")
{
    /// <summary>The instance that was asked for.</summary>
    public WorkflowKey Key { get; } = key;

    /// <summary>The run that was asked for, if one was.</summary>
    public RunId? RunId { get; } = runId;
}
