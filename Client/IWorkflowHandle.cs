using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// One workflow instance, as a client sees it. Immutable and thread-safe; making one calls nothing. Every call throws
/// <see cref="OutcomeUnknown"/> where no silo answers within <see cref="WorkflowClientOptions.RequestTimeLimit"/>, and
/// <see cref="EngineFault"/> where the engine or its store is at fault.
/// </summary>
public partial interface IWorkflowHandle
{
    /// <summary>The instance.</summary>
    WorkflowKey Key { get; }

    /// <summary>The run that the handle is bound to; null is the latest one at the time of each call.</summary>
    RunId? RunId { get; }

    /// <summary>The workflow type's name; null where the handle was made without one.</summary>
    string? WorkflowType { get; }

    // Options have no default here: with one, `StartAsync(input, new() { ... })` would mean this method and a new Type.

    /// <summary>Starts a run with an input encoded as the given type. Typed callers use the extension methods.</summary>
    /// <inheritdoc cref="WorkflowHandleExtensions.StartAsync{TInput, TOutput}"/>
    Task<StartedRun> StartAsync(
        object? input, Type inputType, StartOptions? options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits for the run's end and decodes its result as the given type. Typed callers use the extension methods.
    /// </summary>
    /// <inheritdoc cref="WorkflowHandleExtensions.GetResultAsync{TInput, TOutput}"/>
    Task<object?> GetResultAsync(Type resultType, CancellationToken cancellationToken = default);

    /// <summary>Starts a run and waits for its end. Typed callers use the extension methods.</summary>
    /// <inheritdoc cref="WorkflowHandleExtensions.ExecuteAsync{TInput, TOutput}"/>
    Task<object?> ExecuteAsync(
        object? input,
        Type inputType,
        Type resultType,
        StartOptions? options,
        CancellationToken cancellationToken = default);

    /// <summary>The run as last committed. Answers for stalled and ended runs too.</summary>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    Task<WorkflowDescription> DescribeAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The run's history, from its first event to the last one committed when the end is reached. Fetched in pages.
    /// </summary>
    /// <param name="fromSequence">The first event wanted, from 1.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    IAsyncEnumerable<HistoryEntry> GetHistoryAsync(long fromSequence = 1, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks the run's code to cancel; ends once the request is durable, not once the run has ended. On a closed run it does
    /// nothing.
    /// </summary>
    /// <param name="reason">Why, in the caller's words; recorded.</param>
    /// <param name="cancellationToken">Ends the call; the request may still take effect.</param>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    Task CancelAsync(string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends the run at once, without its code: no compensation runs. Ends once that is durable. On a closed run it does nothing.
    /// </summary>
    /// <inheritdoc cref="CancelAsync"/>
    Task TerminateAsync(string? reason = null, CancellationToken cancellationToken = default);
}
