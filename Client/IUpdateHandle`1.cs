using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>One update of a run. Immutable and thread-safe.</summary>
/// <typeparam name="TResult">How its result is read.</typeparam>
public interface IUpdateHandle<TResult>
{
    /// <summary>The update's id.</summary>
    string UpdateId { get; }

    /// <summary>The run; null where the handle was made without one.</summary>
    RunId? RunId { get; }

    /// <summary>
    /// Waits for the update's outcome, however long its handler takes. Outcomes stay answerable after the run's end.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the update.</param>
    /// <exception cref="UpdateFailed">It failed, or its run ended before it had finished.</exception>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    /// <exception cref="InvalidRequest">The run knows no such update.</exception>
    Task<TResult> GetResultAsync(CancellationToken cancellationToken = default);
}
