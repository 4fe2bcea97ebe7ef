using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>A run as last committed.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.workflow-description")]
public sealed record WorkflowDescription
{
    /// <summary>The instance's namespace.</summary>
    [Id(0)] public required string Namespace { get; init; }

    /// <summary>The instance's id.</summary>
    [Id(1)] public required string WorkflowId { get; init; }

    /// <summary>The run.</summary>
    [Id(2)] public required Guid RunId { get; init; }

    /// <summary>Its workflow type.</summary>
    [Id(3)] public required string WorkflowType { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(4)] public required WorkflowStatus Status { get; init; }

    /// <summary>When it started.</summary>
    [Id(5)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while open.</summary>
    [Id(6)] public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How many history events it has.</summary>
    [Id(7)] public long HistoryLength { get; init; }

    /// <summary>How many bytes they take.</summary>
    [Id(8)] public long HistoryBytes { get; init; }

    /// <summary>Whether its cancellation was requested.</summary>
    [Id(9)] public bool CancelRequested { get; init; }

    /// <summary>The earliest timer, retry or timeout; null where it waits for messages or outcomes only.</summary>
    [Id(10)] public DateTimeOffset? NextWakeAt { get; init; }

    /// <summary>Activities that were called and have not ended.</summary>
    [Id(11)] public PendingActivityDescription[] Activities { get; init; } = [];

    /// <summary>When pending timers are due, by command number.</summary>
    [Id(12)] public PendingTimerDescription[] Timers { get; init; } = [];

    /// <summary>Why it is stalled, where it is.</summary>
    [Id(13)] public StallDescription? Stall { get; init; }

    /// <summary>The silo where it is now.</summary>
    [Id(14)] public string? Silo { get; init; }

    /// <summary>The version of its code; 0 where only the run's summary is at hand.</summary>
    [Id(15)] public int Version { get; init; }

    /// <summary>When its first turn is due, where that is delayed and has not come; else null.</summary>
    [Id(16)] public DateTimeOffset? DelayedUntil { get; init; }

    /// <summary>When its run or execution timeout ends it; null: never, or not at hand.</summary>
    [Id(17)] public DateTimeOffset? Deadline { get; init; }
}

/// <summary>An activity that has not ended.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.pending-activity")]
public sealed record PendingActivityDescription(
    [property: Id(0)] long Command,
    [property: Id(1)] string ActivityType,
    [property: Id(2)] int Attempt,
    [property: Id(3)] string Host,
    [property: Id(4)] DateTimeOffset ScheduledAt,
    [property: Id(5)] DateTimeOffset? RetryAt,
    [property: Id(6)] bool CancelRequested,
    [property: Id(7)] FailureInfo? LastFailure);

/// <summary>A timer that has not fired.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.pending-timer")]
public sealed record PendingTimerDescription([property: Id(0)] long Command, [property: Id(1)] DateTimeOffset DueAt);

/// <summary>Why a run cannot go on by its code as deployed.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.stall")]
public sealed record StallDescription(
    [property: Id(0)] string Code,
    [property: Id(1)] string Message,
    [property: Id(2)] string? Expected,
    [property: Id(3)] string? Actual,
    [property: Id(4)] long EventNumber);
