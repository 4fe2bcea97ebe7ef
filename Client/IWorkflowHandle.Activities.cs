using Orchestration.Workflows;

namespace Orchestration.Client;

// What may be asked of an activity that has not ended, by its command number as the description shows it.
public partial interface IWorkflowHandle
{
    /// <summary>
    /// Pauses an activity: its current attempt may end, and no new one begins; its schedule-to-close timeout rests. Ends once
    /// that
    /// is durable. One that is paused stays so, with its first reason.
    /// </summary>
    /// <param name="command">The activity's command number.</param>
    /// <param name="reason">Why, in the caller's words; recorded.</param>
    /// <param name="cancellationToken">Ends the call; the request may still take effect.</param>
    /// <exception cref="ActivityNotPending">It has ended, or there is none of that number.</exception>
    /// <exception cref="InvalidRequest">It is a local activity, or the run is stalled and takes nothing.</exception>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    Task PauseActivityAsync(long command, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused activity go on; an attempt that was due meanwhile begins at once.</summary>
    /// <inheritdoc cref="PauseActivityAsync"/>
    Task ResumeActivityAsync(long command, CancellationToken cancellationToken = default);

    /// <summary>
    /// Has the retry policy count anew. An activity that waits for its next attempt has it at once (unless it is paused), as the
    /// first one; where an attempt is under way, the next one counts as the first. Attempts keep their numbers.
    /// </summary>
    /// <param name="command">The activity's command number.</param>
    /// <param name="clearHeartbeatDetails">Whether the next attempt sees no details of those before it.</param>
    /// <param name="cancellationToken">Ends the call; the request may still take effect.</param>
    /// <inheritdoc cref="PauseActivityAsync"/>
    Task ResetActivityAsync(long command, bool clearHeartbeatDetails = false, CancellationToken cancellationToken = default);

    /// <summary>Changes timeouts and retries of an activity; see <see cref="ActivityChange"/> for when they hold.</summary>
    /// <param name="command">The activity's command number.</param>
    /// <param name="change">What is to be different.</param>
    /// <param name="cancellationToken">Ends the call; the request may still take effect.</param>
    /// <inheritdoc cref="PauseActivityAsync"/>
    Task ChangeActivityAsync(long command, ActivityChange change, CancellationToken cancellationToken = default);
}
