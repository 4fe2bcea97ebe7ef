using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>An <see cref="ActivityChange"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.activity-change")]
public sealed record ActivityChangeWire
{
    /// <inheritdoc cref="ActivityChange.StartToCloseTimeout"/>
    [Id(0)] public TimeSpan? StartToClose { get; init; }

    /// <inheritdoc cref="ActivityChange.ScheduleToCloseTimeout"/>
    [Id(1)] public TimeSpan? ScheduleToClose { get; init; }

    /// <inheritdoc cref="ActivityChange.ScheduleToStartTimeout"/>
    [Id(2)] public TimeSpan? ScheduleToStart { get; init; }

    /// <inheritdoc cref="ActivityChange.HeartbeatTimeout"/>
    [Id(3)] public TimeSpan? Heartbeat { get; init; }

    /// <summary>Whether the retry policy is changed.</summary>
    [Id(4)] public bool HasRetry { get; init; }

    /// <inheritdoc cref="RetryPolicy.InitialInterval"/>
    [Id(5)] public TimeSpan InitialInterval { get; init; }

    /// <inheritdoc cref="RetryPolicy.BackoffCoefficient"/>
    [Id(6)] public double BackoffCoefficient { get; init; }

    /// <inheritdoc cref="RetryPolicy.MaximumInterval"/>
    [Id(7)] public TimeSpan? MaximumInterval { get; init; }

    /// <inheritdoc cref="RetryPolicy.MaximumAttempts"/>
    [Id(8)] public int MaximumAttempts { get; init; }

    /// <inheritdoc cref="RetryPolicy.NonRetryableErrorTypes"/>
    [Id(9)] public string[] NonRetryableErrorTypes { get; init; } = [];

    /// <summary>The retry policy; null where it is not changed.</summary>
    public RetryPolicy? Retry => !HasRetry ? null : new RetryPolicy
    {
        InitialInterval = InitialInterval,
        BackoffCoefficient = BackoffCoefficient,
        MaximumInterval = MaximumInterval,
        MaximumAttempts = MaximumAttempts,
        NonRetryableErrorTypes = [.. NonRetryableErrorTypes],
    };

    /// <summary>The wire form of a change.</summary>
    public static ActivityChangeWire Of(ActivityChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var retry = change.Retry;
        return new ActivityChangeWire
        {
            StartToClose = change.StartToCloseTimeout,
            ScheduleToClose = change.ScheduleToCloseTimeout,
            ScheduleToStart = change.ScheduleToStartTimeout,
            Heartbeat = change.HeartbeatTimeout,
            HasRetry = retry is not null,
            InitialInterval = retry?.InitialInterval ?? default,
            BackoffCoefficient = retry?.BackoffCoefficient ?? 0,
            MaximumInterval = retry?.MaximumInterval,
            MaximumAttempts = retry?.MaximumAttempts ?? 0,
            NonRetryableErrorTypes = retry is null ? [] : [.. retry.NonRetryableErrorTypes],
        };
    }
}
