namespace Orchestration.Workflows;

/// <summary>
/// What is to be different about an activity that has not ended; null leaves an option as it is. Limits that the run keeps
/// (schedule-to-close, schedule-to-start) hold at once, as do all of an attempt that will end from outside; those of an attempt
/// that runs on a silo, and retries, hold from the next attempt on.
/// </summary>
public sealed record ActivityChange
{
    /// <summary>How long one attempt may run.</summary>
    public TimeSpan? StartToCloseTimeout { get; init; }

    /// <summary>
    /// How long the activity may take in all, from its scheduling, pauses apart; <see cref="Timeout.InfiniteTimeSpan"/> for no
    /// limit, which is passed over where there is no start-to-close timeout either.
    /// </summary>
    public TimeSpan? ScheduleToCloseTimeout { get; init; }

    /// <summary>How long an attempt may wait for its start; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan? ScheduleToStartTimeout { get; init; }

    /// <summary>How long it may go without a heartbeat; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>When and how often it is repeated; a back-off that has begun stays as it is.</summary>
    public RetryPolicy? Retry { get; init; }
}
