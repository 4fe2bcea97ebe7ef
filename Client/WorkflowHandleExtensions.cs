using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>What handles of a known workflow class can do: input and output follow from the class.</summary>
public static class WorkflowHandleExtensions
{
    /// <summary>
    /// Starts a run and ends once its start is durable: from then on it goes on by itself, whatever becomes of the caller.
    /// </summary>
    /// <param name="handle">The instance.</param>
    /// <param name="input">The workflow's input.</param>
    /// <param name="options">How it is started.</param>
    /// <param name="cancellationToken">Ends the call; the start may still take effect.</param>
    /// <returns>The run, and whether this start began it.</returns>
    /// <exception cref="WorkflowAlreadyStarted">An open run holds the id.</exception>
    /// <exception cref="UnknownWorkflowType">No live silo hosts the type.</exception>
    /// <exception cref="InvalidRequest">The input does not fit the workflow, or the handle is bound to a run.</exception>
    /// <exception cref="PayloadTooLarge">The input is over the limit.</exception>
    /// <exception cref="SlowDown">The silo takes no more starts for the moment.</exception>
    public static Task<StartedRun> StartAsync<TInput, TOutput>(
        this IWorkflowHandle<Workflow<TInput, TOutput>> handle,
        TInput input,
        StartOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return handle.StartAsync(input, typeof(TInput), options, cancellationToken);
    }

    /// <summary>
    /// Waits for the run's end, however long that takes: silos may restart meanwhile. Waiting costs the workflow nothing. A
    /// stalled run is waited for, since it may go on.
    /// </summary>
    /// <param name="handle">The instance.</param>
    /// <param name="cancellationToken">Ends the wait, not the run.</param>
    /// <returns>The run's result.</returns>
    /// <exception cref="WorkflowFailed">The run failed, was cancelled or terminated; the cause is the inner
    /// exception.</exception>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    /// <exception cref="PayloadConversionFailed">The result cannot be read as the wanted type.</exception>
    public static async Task<TOutput> GetResultAsync<TInput, TOutput>(
        this IWorkflowHandle<Workflow<TInput, TOutput>> handle, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return (TOutput)(await handle.GetResultAsync(typeof(TOutput), cancellationToken))!;
    }

    /// <summary>Starts a run and waits for its end: one call where that takes less than 20 s.</summary>
    /// <param name="handle">The instance.</param>
    /// <param name="input">The workflow's input.</param>
    /// <param name="options">How it is started.</param>
    /// <param name="cancellationToken">Ends the wait, not the run.</param>
    /// <returns>The run's result.</returns>
    /// <exception cref="WorkflowFailed">The run failed, was cancelled or terminated; the cause is the inner
    /// exception.</exception>
    /// <exception cref="WorkflowAlreadyStarted">An open run holds the id.</exception>
    /// <exception cref="UnknownWorkflowType">No live silo hosts the type.</exception>
    /// <exception cref="InvalidRequest">The input does not fit the workflow, or the handle is bound to a run.</exception>
    /// <exception cref="PayloadTooLarge">The input is over the limit.</exception>
    /// <exception cref="SlowDown">The silo takes no more starts for the moment.</exception>
    /// <exception cref="PayloadConversionFailed">The result cannot be read as the wanted type.</exception>
    public static async Task<TOutput> ExecuteAsync<TInput, TOutput>(
        this IWorkflowHandle<Workflow<TInput, TOutput>> handle,
        TInput input,
        StartOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return (TOutput)(await handle.ExecuteAsync(input, typeof(TInput), typeof(TOutput), options, cancellationToken))!;
    }
}
