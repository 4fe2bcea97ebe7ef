using Orchestration.Grains.Interfaces.Wire;
using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>What a client asks of an activity that has not ended.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.activity-control-request")]
public sealed record ActivityControlRequest
{
    /// <summary>Who asks, and the request's number.</summary>
    [Id(0)] public required ClientRequest Request { get; init; }

    /// <summary>The run; null is the instance's latest one.</summary>
    [Id(1)] public Guid? RunId { get; init; }

    /// <summary>The activity's command number.</summary>
    [Id(2)] public required long Command { get; init; }

    /// <summary>What is asked.</summary>
    [Id(3)] public required ActivityControlKind Kind { get; init; }

    /// <summary>Why it is paused.</summary>
    [Id(4)] public string? Reason { get; init; }

    /// <summary>Whether a reset forgets heartbeat details.</summary>
    [Id(5)] public bool ClearDetails { get; init; }

    /// <summary>The options to be changed.</summary>
    [Id(6)] public ActivityChangeWire? Change { get; init; }
}

/// <summary>What is asked of an activity.</summary>
public enum ActivityControlKind
{
    /// <summary>Begin no new attempt.</summary>
    Pause,

    /// <summary>Go on.</summary>
    Resume,

    /// <summary>Count retries anew.</summary>
    Reset,

    /// <summary>Have other options.</summary>
    Change,
}
