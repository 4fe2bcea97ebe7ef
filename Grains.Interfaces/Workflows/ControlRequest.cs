using Orchestration.Grains.Interfaces.Wire;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>Asks to cancel or terminate a run.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.control-request")]
public sealed record ControlRequest
{
    /// <summary>Who asks, and the request's number.</summary>
    [Id(0)] public required ClientRequest Request { get; init; }

    /// <summary>The run; null is the instance's latest one.</summary>
    [Id(1)] public Guid? RunId { get; init; }

    /// <summary>Why, in the caller's words; recorded.</summary>
    [Id(2)] public string? Reason { get; init; }
}
