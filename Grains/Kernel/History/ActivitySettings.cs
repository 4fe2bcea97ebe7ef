using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>An activity's options as they are recorded: without tokens, all intervals explicit.</summary>
public sealed record ActivitySettings
{
    /// <summary>How long one attempt may run.</summary>
    public TimeSpan? StartToClose { get; init; }

    /// <summary>How long it may take in all.</summary>
    public TimeSpan? ScheduleToClose { get; init; }

    /// <summary>How long an attempt may wait for its start.</summary>
    public TimeSpan? ScheduleToStart { get; init; }

    /// <summary>How long it may go without a heartbeat.</summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>When and how often it is repeated; null is <see cref="RetryPolicy.Default"/>.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>What a cancelled call does with its attempt.</summary>
    public ActivityCancellationType Cancellation { get; init; }
}
