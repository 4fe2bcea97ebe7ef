using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>Asks a run's code.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.query-request")]
public sealed record QueryRequest
{
    /// <summary>The query's name.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Its arguments.</summary>
    [Id(1)] public required Payload[] Arguments { get; init; }

    /// <summary>The run; null is the instance's latest one.</summary>
    [Id(2)] public Guid? RunId { get; init; }

    /// <summary>Whether the store is asked first whether this activation knows all there is.</summary>
    [Id(3)] public bool Consistent { get; init; }

    /// <summary>What the caller sends along, for interceptors.</summary>
    [Id(4)] public Dictionary<string, string>? Headers { get; init; }
}

/// <summary>A query's result, or why there is none.</summary>
/// <param name="Fault">Why there is none.</param>
/// <param name="Result">The result.</param>
/// <param name="RunId">The run that answered.</param>
[GenerateSerializer, Immutable, Alias("orchestration.query-reply")]
public sealed record QueryReply(
    [property: Id(0)] Fault? Fault, [property: Id(1)] Payload? Result, [property: Id(2)] Guid RunId);
