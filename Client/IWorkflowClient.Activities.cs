using Orchestration.Workflows;

namespace Orchestration.Client;

// Activities that are completed from outside.
public partial interface IWorkflowClient
{
    /// <summary>
    /// Completes an attempt whose code left its outcome to the outside (<see cref="CompletedOutside"/>). Ends once that is
    /// durable. Also before the attempt's code has thrown.
    /// </summary>
    /// <param name="token">The attempt's <see cref="ActivityContext.CompletionToken"/>.</param>
    /// <param name="result">The result, encoded by its own type; a <see cref="Payload"/> is sent as it is.</param>
    /// <param name="cancellationToken">Ends the call; the request may still take effect.</param>
    /// <exception cref="ActivityNotPending">The attempt has ended: completed before, timed out, cancelled, or its run is
    /// closed.</exception>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    /// <exception cref="InvalidRequest">The token is none, or the run is stalled and takes nothing.</exception>
    Task CompleteActivityAsync(string token, object? result = null, CancellationToken cancellationToken = default);

    /// <summary>Fails an attempt; its retry policy decides whether another one follows.</summary>
    /// <param name="token">The attempt's token.</param>
    /// <param name="failure">Why; an <see cref="ApplicationFailure"/> may forbid a retry.</param>
    /// <param name="cancellationToken">Ends the call; the request may still take effect.</param>
    /// <inheritdoc cref="CompleteActivityAsync"/>
    Task FailActivityAsync(string token, Exception failure, CancellationToken cancellationToken = default);

    /// <summary>Ends an attempt, and its call, as cancelled.</summary>
    /// <param name="token">The attempt's token.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the call; the request may still take effect.</param>
    /// <inheritdoc cref="CompleteActivityAsync"/>
    Task CancelActivityAsync(string token, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says that an attempt is alive, which starts its heartbeat timeout anew. Ends once the details are durable; the next
    /// attempt
    /// reads them by <see cref="ActivityContext.TryGetHeartbeatDetails{T}"/>.
    /// </summary>
    /// <param name="token">The attempt's token.</param>
    /// <param name="details">Where it stands; null leaves the details as they are.</param>
    /// <param name="cancellationToken">Ends the call; the request may still take effect.</param>
    /// <returns>Whether it should go on.</returns>
    /// <inheritdoc cref="CompleteActivityAsync"/>
    Task<OutsideHeartbeat> HeartbeatActivityAsync(
        string token, object? details = null, CancellationToken cancellationToken = default);
}
