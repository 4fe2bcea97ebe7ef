namespace Orchestration.Workflows;

/// <summary>A timer that workflow code starts, as interceptors see it.</summary>
public sealed record TimerCall
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>How long.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What cancels it; null: the run's own cancellation.</summary>
    public CancellationToken? CancellationToken { get; init; }
}
