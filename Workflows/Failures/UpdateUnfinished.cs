namespace Orchestration.Workflows;

/// <summary>
/// An update was accepted, and its run ended before its handler had finished: what the handler had done by then stands, what it
/// had not done is not done. A run that continues as new ends too; the run that follows does not carry the update out again,
/// since steps of it would happen twice.
/// </summary>
/// <remarks>
/// Recorded: whoever asks with the same id, later and of the continued run too, is told the same. Workflow code avoids it by
/// waiting for <see cref="WorkflowContext.AllHandlersFinished"/> before it ends.
/// </remarks>
public sealed class UpdateUnfinished : UpdateFailed
{
    /// <summary>An update that did not finish.</summary>
    /// <param name="update">The update's name.</param>
    /// <param name="updateId">Its id.</param>
    /// <param name="runId">The run that accepted it.</param>
    /// <param name="status">How that run ended.</param>
    /// <param name="message">The same in words.</param>
    public UpdateUnfinished(string update, string updateId, RunId runId, WorkflowStatus status, string message)
        : base(update, updateId, message)
    {
        RunId = runId;
        Status = status;
    }

    /// <summary>The run that accepted it.</summary>
    public RunId RunId { get; }

    /// <summary>How that run ended.</summary>
    public WorkflowStatus Status { get; }
}
