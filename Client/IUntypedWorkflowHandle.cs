using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>One instance of a workflow that is known by its type's name alone.</summary>
public interface IUntypedWorkflowHandle : IWorkflowHandle
{
    /// <summary>Starts a run; the input is encoded by its own type. A <see cref="Payload"/> is sent as it is.</summary>
    /// <inheritdoc cref="WorkflowHandleExtensions.StartAsync{TInput, TOutput}"/>
    Task<StartedRun> StartAsync(object? input, StartOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Waits for the run's end; a <see cref="Payload"/> as the result type yields the result as it is.</summary>
    /// <typeparam name="TResult">How the result is read.</typeparam>
    /// <inheritdoc cref="WorkflowHandleExtensions.GetResultAsync{TInput, TOutput}"/>
    Task<TResult> GetResultAsync<TResult>(CancellationToken cancellationToken = default);

    /// <summary>Starts a run and waits for its end.</summary>
    /// <typeparam name="TResult">How the result is read.</typeparam>
    /// <inheritdoc cref="WorkflowHandleExtensions.ExecuteAsync{TInput, TOutput}"/>
    Task<TResult> ExecuteAsync<TResult>(
        object? input, StartOptions? options = null, CancellationToken cancellationToken = default);
}
