namespace Orchestration.Grains.Kernel.History;

/// <summary>The code of an attempt has ended, and its outcome is to come from outside, under its token.</summary>
public sealed record ActivityMovedOutside : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the attempt began: its start-to-close timeout counts from then, now on the run's own clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>An activity was paused: its current attempt may end, and no new one begins.</summary>
public sealed record ActivityPaused : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>Whether its current attempt was under way then.</summary>
    public bool IsOut { get; init; }

    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The client request that asked.</summary>
    public RequestId? Request { get; init; }
}

/// <summary>A paused activity goes on.</summary>
public sealed record ActivityResumed : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>The client request that asked.</summary>
    public RequestId? Request { get; init; }
}

/// <summary>An activity's retries count anew, and one that waits for its next attempt has it at once.</summary>
public sealed record ActivityReset : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>Whether its current attempt was under way then.</summary>
    public bool IsOut { get; init; }

    /// <summary>Whether the next attempt sees no heartbeat details of those before it.</summary>
    public bool ClearDetails { get; init; }

    /// <summary>The client request that asked.</summary>
    public RequestId? Request { get; init; }
}

/// <summary>An activity's timeouts and retries were changed.</summary>
public sealed record ActivityOptionsChanged : HistoryEvent
{
    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>All of them, as they are from now on.</summary>
    public required ActivitySettings Settings { get; init; }

    /// <summary>The client request that asked.</summary>
    public RequestId? Request { get; init; }
}
