namespace Orchestration.Grains.Kernel.History;

/// <summary>Workflow code started a timer.</summary>
public sealed record TimerStarted : HistoryEvent
{
    /// <summary>The command's number in the run.</summary>
    public required long Command { get; init; }

    /// <summary>When it is due; <see cref="DateTimeOffset.MaxValue"/> is never.</summary>
    public required DateTimeOffset DueAt { get; init; }
}

/// <summary>A timer fired.</summary>
public sealed record TimerFired : HistoryEvent
{
    /// <summary>The timer's command number.</summary>
    public required long Command { get; init; }
}

/// <summary>Workflow code cancelled a timer before it fired.</summary>
public sealed record TimerCanceled : HistoryEvent
{
    /// <summary>The timer's command number.</summary>
    public required long Command { get; init; }
}
