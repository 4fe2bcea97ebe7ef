namespace Orchestration.Workflows;

/// <summary>The awaited run ended without a result: failed, cancelled or terminated. The cause is the inner exception.</summary>
public sealed class WorkflowFailed(WorkflowKey key, RunId runId, WorkflowStatus status, string message, Exception? cause)
    : ApiFailure($"Workflow '{key}' (run {runId}) ended as {status}: {message}", cause)
{
    /// <summary>The instance.</summary>
    public WorkflowKey Key { get; } = key;

    /// <summary>The run.</summary>
    public RunId RunId { get; } = runId;

    /// <summary>How it ended.</summary>
    public WorkflowStatus Status { get; } = status;
}
