namespace Orchestration.Workflows;

/// <summary>A message came after the run had ended. Nothing was recorded.</summary>
public sealed class WorkflowClosed(WorkflowKey key, RunId runId, WorkflowStatus status)
    : ApiFailure($"Workflow '{key}' (run {runId}) has ended ({status}) and takes no more messages.")
{
    /// <summary>The instance.</summary>
    public WorkflowKey Key { get; } = key;

    /// <summary>The run that has ended.</summary>
    public RunId RunId { get; } = runId;

    /// <summary>How it ended.</summary>
    public WorkflowStatus Status { get; } = status;
}
