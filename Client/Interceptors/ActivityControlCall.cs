using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>A pause, resumption, reset or change of an activity, as interceptors see it.</summary>
public sealed record ActivityControlCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null is the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The activity's command number.</summary>
    public required long Command { get; init; }

    /// <summary>What is asked.</summary>
    public required ActivityControlKind Kind { get; init; }

    /// <summary>Why it is paused, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a reset: whether the next attempt sees no heartbeat details.</summary>
    public bool ClearHeartbeatDetails { get; init; }

    /// <summary>Of a change: what is to be different.</summary>
    public ActivityChange? Change { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
