namespace Orchestration.Workflows;

/// <summary>
/// How an activity is run. Recorded with the activity, so a change reaches only activities that are scheduled afterwards.
/// </summary>
public sealed record ActivityOptions
{
    /// <summary>
    /// How long one attempt may run. This or <see cref="ScheduleToCloseTimeout"/> must be set. A timed-out attempt is retried.
    /// </summary>
    public TimeSpan? StartToCloseTimeout { get; init; }

    /// <summary>How long the activity may take in all, waits and retries included. Not retried.</summary>
    public TimeSpan? ScheduleToCloseTimeout { get; init; }

    /// <summary>How long an attempt may wait to be started by its host. Not retried: it tells of too little capacity.</summary>
    public TimeSpan? ScheduleToStartTimeout { get; init; }

    /// <summary>How long a running attempt may go without a heartbeat. A timed-out attempt is retried.</summary>
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>When and how often a failed attempt is repeated.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>What a cancelled call does with its running attempt.</summary>
    public ActivityCancellationType CancellationType { get; init; } = ActivityCancellationType.TryCancel;

    /// <summary>What cancels the call; default: the workflow's own token.</summary>
    public CancellationToken? CancellationToken { get; init; }

    /// <summary>What is sent along for interceptors; see <see cref="ActivityContext.Headers"/>. Recorded with the call.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
