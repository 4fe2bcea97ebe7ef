using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>Workflow code called an activity: its first attempt and the host chosen for it.</summary>
public sealed record ActivityScheduled : HistoryEvent
{
    /// <summary>The command's number in the run, from 1; shared by all kinds of command.</summary>
    public required long Command { get; init; }

    /// <summary>The activity's name.</summary>
    public required string ActivityType { get; init; }

    /// <summary>Its arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>Its timeouts and retries.</summary>
    public required ActivitySettings Settings { get; init; }

    /// <summary>The silo chosen for attempt 1, as the membership names it (address and generation).</summary>
    public required string Host { get; init; }

    /// <summary>The compensation that it is part of, by command number; 0 where it is part of none.</summary>
    public long Compensates { get; init; }

    /// <summary>What the caller sends along for interceptors.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>An attempt ended without a result, and another one follows.</summary>
public sealed record ActivityRetryScheduled : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>
    /// The attempt that follows, from 2; or the same attempt again where the host for it has to change before it was dispatched.
    /// </summary>
    public required int Attempt { get; init; }

    /// <summary>When it is due; a lost attempt is due at once.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The silo chosen for it.</summary>
    public required string Host { get; init; }

    /// <summary>Why the attempt before it ended.</summary>
    public FailureInfo? LastFailure { get; init; }

    /// <summary>The activity's name, of a local one: nothing but its outcomes tells of it.</summary>
    public string? Local { get; init; }

    /// <summary>The client request that it came by, where its outcome came from outside.</summary>
    public RequestId? Request { get; init; }
}

/// <summary>An activity ended with a result.</summary>
public sealed record ActivityCompleted : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>The attempt that gave it.</summary>
    public required int Attempt { get; init; }

    /// <summary>The result; null JSON for none.</summary>
    public required Payload Result { get; init; }

    /// <summary>The activity's name, of a local one: nothing but its outcomes tells of it.</summary>
    public string? Local { get; init; }

    /// <summary>The client request that it came by, where its outcome came from outside.</summary>
    public RequestId? Request { get; init; }
}

/// <summary>
/// An activity ended without a result, as reported or by a time limit: failed, timed out, lost or cancelled for good.
/// </summary>
public sealed record ActivityEnded : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>The last attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why.</summary>
    public required FailureInfo Failure { get; init; }

    /// <summary>The activity's name, of a local one: nothing but its outcomes tells of it.</summary>
    public string? Local { get; init; }

    /// <summary>The client request that it came by, where its outcome came from outside.</summary>
    public RequestId? Request { get; init; }
}

/// <summary>
/// Workflow code cancelled an activity that ends at once: nothing waits for its attempt, or none was under way. Its later outcome
/// is ignored.
/// </summary>
public sealed record ActivityCanceled : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }
}

/// <summary>
/// Workflow code cancelled an activity that is not to end at once: its attempt is told, and its outcome awaited.
/// </summary>
public sealed record ActivityCancelRequested : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }
}
