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

    /// <summary>
    /// Compensations of sagas, by command number: those that are or may be needed, and those of sagas that failed. Of a run that
    /// has ended, <see cref="Failure"/> tells what could not be undone.
    /// </summary>
    [Id(30)] public CompensationDescription[] Compensations { get; init; } = [];

    /// <summary>Why it failed or was cancelled, once it has.</summary>
    [Id(31)] public FailureInfo? Failure { get; init; }

    /// <summary>The silo where it is now.</summary>
    [Id(14)] public string? Silo { get; init; }

    /// <summary>The version of its code; 0 where only the run's summary is at hand.</summary>
    [Id(15)] public int Version { get; init; }

    /// <summary>When its first turn is due, where that is delayed and has not come; else null.</summary>
    [Id(16)] public DateTimeOffset? DelayedUntil { get; init; }

    /// <summary>When its run or execution timeout ends it; null: never, or not at hand.</summary>
    [Id(17)] public DateTimeOffset? Deadline { get; init; }

    /// <summary>The run that started it as its child; null where a client did.</summary>
    [Id(20)] public ParentDescription? Parent { get; init; }

    /// <summary>The run that it continues.</summary>
    [Id(21)] public Guid? ContinuedFrom { get; init; }

    /// <summary>The run that continues it.</summary>
    [Id(22)] public Guid? ContinuedTo { get; init; }

    /// <summary>Children that were started and have not ended.</summary>
    [Id(23)] public PendingChildDescription[] Children { get; init; } = [];

    /// <summary>What the run's code said of itself last (<c>SetStatus</c>), of a run in memory.</summary>
    [Id(24)] public Payload? CustomStatus { get; init; }

    /// <summary>How far the run has come, by its own account (<c>ReportProgress</c>), of a run in memory.</summary>
    [Id(25)] public ProgressDescription? Progress { get; init; }

    /// <summary>Tokens that can be completed.</summary>
    [Id(26)] public PendingTokenDescription[] Tokens { get; init; } = [];

    /// <summary>
    /// The conditions that its code waits for (<c>WhenAsync</c>), as the code has them: <c>_approvedBy is not null</c>.
    /// </summary>
    [Id(28)] public string[] Conditions { get; init; } = [];

    /// <summary>Updates that were accepted and have not finished, in order.</summary>
    [Id(27)] public PendingUpdateDescription[] Updates { get; init; } = [];
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
    [property: Id(7)] FailureInfo? LastFailure)
{
    /// <summary>Since when it is paused; null where it is not.</summary>
    [Id(8)] public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Why it is paused.</summary>
    [Id(9)] public string? PauseReason { get; init; }

    /// <summary>Whether its current attempt will end from outside.</summary>
    [Id(10)] public bool IsOutside { get; init; }

    /// <summary>Whether it runs where the run is, within a turn.</summary>
    [Id(11)] public bool IsLocal { get; init; }

    /// <summary>The compensation that it is part of; 0 where it is part of none.</summary>
    [Id(12)] public long Compensates { get; init; }

    /// <summary>How many attempts the retry policy has counted: others than <see cref="Attempt"/> after a reset.</summary>
    [Id(13)] public int AttemptsCounted { get; init; }

    /// <summary>How long one attempt may run, as it is now.</summary>
    [Id(14)] public TimeSpan? StartToClose { get; init; }

    /// <summary>How long it may take in all, as it is now.</summary>
    [Id(15)] public TimeSpan? ScheduleToClose { get; init; }

    /// <summary>How long it may go without a heartbeat, as it is now.</summary>
    [Id(16)] public TimeSpan? Heartbeat { get; init; }

    /// <summary>How many attempts it may have, as it is now; 0 is without limit.</summary>
    [Id(17)] public int MaximumAttempts { get; init; }
}

/// <summary>What undoes a step of a saga.</summary>
/// <param name="Command">Its command number.</param>
/// <param name="Saga">Its saga, by the number of the first compensation.</param>
/// <param name="Name">What people call it.</param>
/// <param name="State"><c>Pending</c>, <c>Running</c>, <c>Done</c> or <c>Failed</c>.</param>
/// <param name="Failure">Why it could not be carried out.</param>
[GenerateSerializer, Immutable, Alias("orchestration.compensation")]
public sealed record CompensationDescription(
    [property: Id(0)] long Command,
    [property: Id(1)] long Saga,
    [property: Id(2)] string Name,
    [property: Id(3)] string State,
    [property: Id(4)] FailureInfo? Failure);

/// <summary>A timer that has not fired.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.pending-timer")]
public sealed record PendingTimerDescription([property: Id(0)] long Command, [property: Id(1)] DateTimeOffset DueAt);

/// <summary>How far a run has come.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.progress")]
public sealed record ProgressDescription(
    [property: Id(0)] double Done, [property: Id(1)] double? Total, [property: Id(2)] string? Message);

/// <summary>A token that can be completed.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.pending-token")]
public sealed record PendingTokenDescription(
    [property: Id(0)] long Command, [property: Id(1)] string Name, [property: Id(2)] DateTimeOffset CreatedAt);

/// <summary>An update that has not finished.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.pending-update")]
public sealed record PendingUpdateDescription([property: Id(0)] string UpdateId, [property: Id(1)] string Name);

/// <summary>Why a run cannot go on by its code as deployed.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.stall")]
public sealed record StallDescription(
    [property: Id(0)] string Code,
    [property: Id(1)] string Message,
    [property: Id(2)] string? Expected,
    [property: Id(3)] string? Actual,
    [property: Id(4)] long EventNumber);

/// <summary>The run that started a child.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.parent")]
public sealed record ParentDescription(
    [property: Id(0)] string Namespace, [property: Id(1)] string WorkflowId, [property: Id(2)] Guid RunId);

/// <summary>A child that has not ended.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.pending-child")]
public sealed record PendingChildDescription(
    [property: Id(0)] long Command,
    [property: Id(1)] string WorkflowId,
    [property: Id(2)] Guid RunId,
    [property: Id(3)] string WorkflowType,
    [property: Id(4)] bool IsStarted,
    [property: Id(5)] int Attempt,
    [property: Id(6)] DateTimeOffset? RetryAt,
    [property: Id(7)] bool CancelRequested,
    [property: Id(8)] FailureInfo? LastFailure);
