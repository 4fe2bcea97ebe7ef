using System.Runtime.CompilerServices;

namespace Orchestration.Workflows;

/// <summary>
/// What workflow code may ask of the engine. Every member is deterministic: on replay it answers as it did the first time. To be
/// used only from the run's own code; a call from any other thread throws <see cref="InvalidOperationException"/>.
/// </summary>
public abstract partial class WorkflowContext
{
    private protected WorkflowContext()
    {
    }

    /// <summary>The running instance.</summary>
    public abstract WorkflowKey Key { get; }

    /// <summary>The instance's id in its namespace.</summary>
    public WorkflowId WorkflowId => Key.Id;

    /// <summary>The running run.</summary>
    public abstract RunId RunId { get; }

    /// <summary>The workflow type's name.</summary>
    public abstract string WorkflowType { get; }

    /// <summary>
    /// The time of the history event being worked on: it never runs backward and stands still between events. Millisecond
    /// resolution.
    /// </summary>
    public abstract DateTimeOffset UtcNow { get; }

    /// <summary>Whether the code runs again over recorded history; for logging only, never to decide anything.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>How many history events the run has, to decide when to continue as new.</summary>
    public abstract long HistoryLength { get; }

    /// <summary>
    /// Cancelled when the run's cancellation is requested. Timers and activities observe it unless given another token.
    /// </summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>A random number generator seeded by the run: the same numbers on every replay.</summary>
    public abstract Random Random { get; }

    /// <summary>A new GUID, the same on every replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>
    /// A durable timer. It survives restarts and fires at most milliseconds after it is due. Zero is due at once (in a turn of
    /// its own); <see cref="TimeSpan.MaxValue"/> and spans past year 9999 are due never.
    /// </summary>
    /// <param name="duration">How long; zero or more.</param>
    /// <param name="cancellationToken">Cancels the timer; default: <see cref="CancellationToken"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    /// <exception cref="Canceled">The timer was cancelled.</exception>
    public abstract Task DelayAsync(TimeSpan duration, CancellationToken? cancellationToken = null);

    /// <summary>
    /// A proxy through which activities are called: each method call schedules the activity of that name and its task ends with
    /// the recorded outcome. Every method must return Task or Task of T.
    /// </summary>
    /// <typeparam name="TActivities">The interface that declares the activities.</typeparam>
    /// <param name="options">Timeouts and retries of the calls; at least one of start-to-close and schedule-to-close must be
    /// set.</param>
    public abstract TActivities Activities<TActivities>(ActivityOptions options) where TActivities : class;

    /// <summary>Schedules an activity by name and ends with its recorded outcome.</summary>
    /// <param name="activityType">The activity's name.</param>
    /// <param name="arguments">Its arguments, in order, encoded by their own types.</param>
    /// <param name="options">Timeouts and retries.</param>
    /// <exception cref="ActivityFailed">The activity failed for good; the cause is its inner exception.</exception>
    /// <exception cref="Canceled">The activity was cancelled.</exception>
    public abstract Task<TResult> ExecuteActivityAsync<TResult>(string activityType, IReadOnlyList<object?> arguments,
        ActivityOptions options);

    /// <summary>Schedules an activity that returns nothing, by name.</summary>
    /// <inheritdoc cref="ExecuteActivityAsync{TResult}(string, IReadOnlyList{object?}, ActivityOptions)"/>
    public abstract Task ExecuteActivityAsync(string activityType, IReadOnlyList<object?> arguments, ActivityOptions options);

    /// <summary>
    /// Ends once the condition holds. It is looked at after every step of the run's code; it must only read the workflow's own
    /// state.
    /// </summary>
    /// <param name="condition">The condition.</param>
    /// <param name="cancellationToken">Ends the wait; default: <see cref="CancellationToken"/>.</param>
    /// <param name="text">How the condition is shown to people who look at a run that waits; the compiler gives its source.
    /// Nothing goes by it.</param>
    /// <exception cref="Canceled">The wait was cancelled.</exception>
    public abstract Task WhenAsync(
        Func<bool> condition, CancellationToken? cancellationToken = null,
        [CallerArgumentExpression(nameof(condition))] string? text = null);
}
