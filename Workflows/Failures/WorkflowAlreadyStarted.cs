namespace Orchestration.Workflows;

/// <summary>A start named an id that an open run holds.</summary>
public sealed class WorkflowAlreadyStarted(WorkflowKey key, RunId runId)
    : ApiFailure($"Workflow '{key}' is already running (run {runId}). Wait for its end, terminate it, or choose another id.")
{
    /// <summary>The instance.</summary>
    public WorkflowKey Key { get; } = key;

    /// <summary>The run that holds the id.</summary>
    public RunId RunId { get; } = runId;
}
