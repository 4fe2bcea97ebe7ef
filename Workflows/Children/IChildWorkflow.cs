namespace Orchestration.Workflows;

/// <summary>
/// A child workflow as its parent's code sees it. Made by <see cref="WorkflowContext.Child(string, string?, ChildOptions?)"/>;
/// nothing
/// happens before it is started, which it can be once. For the run's own code only.
/// </summary>
/// <remarks>
/// Everything that passes between parent and child is part of the sender's history and repeated until the other side has it
/// durably:
/// each start, signal, cancellation and outcome takes effect exactly once, whatever crashes. A child belongs to the run that
/// started
/// it: a parent that continues as new ends that run, by the child's <see cref="ParentClosePolicy"/>.
/// </remarks>
public interface IChildWorkflow
{
    /// <summary>The child's instance, in its parent's namespace.</summary>
    WorkflowKey Key { get; }

    /// <summary>The workflow type's name.</summary>
    string WorkflowType { get; }

    /// <summary>The child's run; null before it was started. A child that is run again gets a new one.</summary>
    RunId? RunId { get; }

    /// <summary>Starts the child and ends once its start is durable. Typed callers use the extension methods.</summary>
    /// <param name="input">The child's input.</param>
    /// <param name="inputType">The type as which it is encoded.</param>
    /// <exception cref="ChildWorkflowNotStarted">Its id is taken, no silo hosts its type, or its input does not fit.</exception>
    /// <exception cref="InvalidRequest">It has its parent's id, or was started before. Nothing is written.</exception>
    /// <exception cref="PayloadTooLarge">The input is over the limit. Nothing is written.</exception>
    /// <exception cref="Canceled">The start was cancelled before the child was known to be there.</exception>
    Task StartAsync(object? input, Type inputType);

    /// <summary>Waits for the child's end, through its retries and its continuations as new.</summary>
    /// <exception cref="ChildWorkflowFailed">It failed or was terminated; the cause is the inner exception.</exception>
    /// <exception cref="ChildWorkflowNotStarted">It could not be started.</exception>
    /// <exception cref="Canceled">It was cancelled, or the wait was.</exception>
    Task<TResult> GetResultAsync<TResult>();

    /// <summary>Sends the child a signal and ends once the child has it durably. Signals to one child keep their order.</summary>
    /// <exception cref="ExternalWorkflowFailed">The child has ended, or could not be started.</exception>
    Task SignalAsync(string signal, params IReadOnlyList<object?> arguments);

    /// <summary>Asks the child's code to cancel and ends once the request is durable there. Without effect on one that has
    /// ended.</summary>
    Task CancelAsync(string? reason = null);
}
