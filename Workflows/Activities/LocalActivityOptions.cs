namespace Orchestration.Workflows;

/// <summary>
/// How a local activity is run: by the silo where the workflow is, within one of its turns, without a dispatch. Nothing is
/// recorded before its outcome, so it is cheap, and meant for short work: a workflow that comes to life again meanwhile runs it
/// again (at least once, even with <see cref="RetryPolicy.None"/>).
/// </summary>
public sealed record LocalActivityOptions
{
    /// <summary>How long one attempt may run. This or <see cref="ScheduleToCloseTimeout"/> must be set.</summary>
    public TimeSpan? StartToCloseTimeout { get; init; }

    /// <summary>How long the call may take in all, waits and retries included. Not retried.</summary>
    public TimeSpan? ScheduleToCloseTimeout { get; init; }

    /// <summary>
    /// When and how often a failed attempt is repeated. Attempts that follow within <see cref="LocalRetryThreshold"/> are counted
    /// in memory only.
    /// </summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>
    /// The longest back-off that is waited for in memory; a longer one is a durable timer, over which the workflow may leave
    /// memory. Zero or more; 10 s unless set.
    /// </summary>
    public TimeSpan LocalRetryThreshold { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a cancelled call does with its running attempt.</summary>
    public ActivityCancellationType CancellationType { get; init; } = ActivityCancellationType.TryCancel;

    /// <summary>What cancels the call; default: the workflow's own token.</summary>
    public CancellationToken? CancellationToken { get; init; }

    /// <summary>What is sent along for interceptors; see <see cref="ActivityContext.Headers"/>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
