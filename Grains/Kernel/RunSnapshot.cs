using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>A run's state as an outsider may see it: what <c>Describe</c> shows. A copy; it does not change.</summary>
public sealed record RunSnapshot
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The workflow type.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>The version of its code.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When its first turn is due, where that is delayed and has not come; else null.</summary>
    public DateTimeOffset? DelayedUntil { get; init; }

    /// <summary>When its run or execution timeout ends it; null: never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Where it stands.</summary>
    public required WorkflowStatus Status { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How many events it has.</summary>
    public required long HistoryLength { get; init; }

    /// <summary>Whether its cancellation was requested.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Why it is stalled, where it is.</summary>
    public Stall? Stall { get; init; }

    /// <summary>Activities that were called and have not ended, by command number.</summary>
    public IReadOnlyList<PendingActivity> Activities { get; init; } = [];

    /// <summary>
    /// Compensations of sagas, by command number: those that are or may be needed, and those of sagas that failed.
    /// </summary>
    public IReadOnlyList<CompensationSnapshot> Compensations { get; init; } = [];

    /// <summary>Timers that were started and have not fired, by command number.</summary>
    public IReadOnlyList<PendingTimer> Timers { get; init; } = [];

    /// <summary>The conditions that its code waits for, as the code has them; none of a run that is stalled.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>The run that started it as its child.</summary>
    public History.ParentLink? Parent { get; init; }

    /// <summary>The run that it continues.</summary>
    public RunId? ContinuedFrom { get; init; }

    /// <summary>The run that continues it.</summary>
    public RunId? ContinuedTo { get; init; }

    /// <summary>Children that were started and have not ended, by command number.</summary>
    public IReadOnlyList<PendingChild> Children { get; init; } = [];

    /// <summary>Tokens that can be completed, by command number.</summary>
    public IReadOnlyList<PendingToken> Tokens { get; init; } = [];

    /// <summary>Updates that were accepted and have not finished, in order.</summary>
    public IReadOnlyList<PendingUpdate> Updates { get; init; } = [];

    /// <summary>What the run said of itself last.</summary>
    public StatusChange? LatestStatus { get; init; }
}

/// <summary>A child that has not ended.</summary>
public sealed record PendingChild(
    long Command, WorkflowKey Key, RunId RunId, string WorkflowType, bool IsStarted, int Attempt, DateTimeOffset? RetryAt,
    bool CancelRequested, FailureInfo? LastFailure);

/// <summary>An activity that has not ended.</summary>
public sealed record PendingActivity(
    long Command, string ActivityType, int Attempt, string Host, DateTimeOffset ScheduledAt, DateTimeOffset? RetryAt,
    bool CancelRequested, FailureInfo? LastFailure)
{
    /// <summary>Since when it is paused; null where it is not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Why it is paused.</summary>
    public string? PauseReason { get; init; }

    /// <summary>Whether its current attempt will end from outside.</summary>
    public bool IsOutside { get; init; }

    /// <summary>Whether it runs where the run is, within a turn.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The compensation that it is part of; 0 where it is part of none.</summary>
    public long Compensates { get; init; }

    /// <summary>How many attempts the retry policy has counted: others than <see cref="Attempt"/> after a reset.</summary>
    public int AttemptsCounted { get; init; }

    /// <summary>Its timeouts and retries, as they are now.</summary>
    public History.ActivitySettings? Settings { get; init; }
}

/// <summary>What undoes a step of a saga.</summary>
/// <param name="Command">Its command number.</param>
/// <param name="Saga">Its saga, by the number of the first compensation.</param>
/// <param name="Name">What people call it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Failure">Why it could not be done.</param>
public sealed record CompensationSnapshot(
    long Command, long Saga, string Name, CompensationState State, FailureInfo? Failure);

/// <summary>A timer that has not fired.</summary>
public sealed record PendingTimer(long Command, DateTimeOffset DueAt);

/// <summary>A token that can be completed.</summary>
public sealed record PendingToken(long Command, string Name, DateTimeOffset CreatedAt);

/// <summary>An update that has not finished.</summary>
public sealed record PendingUpdate(string UpdateId, string Name);

/// <summary>Why a run cannot go on by its code as deployed.</summary>
/// <param name="Code">The fault's code, with a page of its own.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Expected">What the history records at that place, of a mismatch.</param>
/// <param name="Actual">What the code asked for.</param>
/// <param name="EventNumber">The place in the history; 0 where none applies.</param>
/// <param name="Build">The build of the code that is not to be run again; null where it may be.</param>
/// <param name="Tried">The builds of silos (<see cref="WorkflowCatalog.Build"/>) that the run does not fit.</param>
public sealed record Stall(
    string Code, string Message, string? Expected = null, string? Actual = null, long EventNumber = 0, string? Build = null,
    IReadOnlyList<string>? Tried = null);
