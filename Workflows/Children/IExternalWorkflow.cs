namespace Orchestration.Workflows;

/// <summary>
/// Another workflow instance, as workflow code sees it. What is sent is part of the sender's history, bound to the run that is
/// the
/// receiver's latest when it first hears of it (and what that run continues as), and takes effect there exactly once. Messages to
/// one
/// instance keep their order.
/// </summary>
public interface IExternalWorkflow
{
    /// <summary>The instance.</summary>
    WorkflowKey Key { get; }

    /// <summary>The run that is meant, with what it continues as; null: the latest one at the time of each message.</summary>
    RunId? RunId { get; }

    /// <summary>Sends a signal and ends once the receiver has it durably.</summary>
    /// <param name="signal">The signal's name.</param>
    /// <param name="arguments">Its arguments, encoded by their own types.</param>
    /// <exception cref="ExternalWorkflowFailed">There is no such workflow, or it has ended.</exception>
    /// <exception cref="PayloadTooLarge">An argument is over the limit. Nothing is written.</exception>
    Task SignalAsync(string signal, params IReadOnlyList<object?> arguments);

    /// <summary>Asks the other workflow's code to cancel and ends once the request is durable there.</summary>
    /// <exception cref="ExternalWorkflowFailed">There is no such workflow, or it has ended.</exception>
    Task CancelAsync(string? reason = null);
}
