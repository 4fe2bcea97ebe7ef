namespace Orchestration.Workflows;

/// <summary>
/// A message came while the run is stalled: its code cannot go on as deployed. Nothing was recorded; send the message again once
/// fitting code is there.
/// </summary>
public sealed class WorkflowStalled(WorkflowKey key, string reason) : ApiFailure($"Workflow '{key}' is stalled: {reason}")
{
    /// <summary>The instance.</summary>
    public WorkflowKey Key { get; } = key;
}
