using Orleans;

namespace Orchestration.Grains.Interfaces.Placement;

/// <summary>A workflow type that a silo hosts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its versions, rising.</param>
[GenerateSerializer, Immutable, Alias("orchestration.hosted-workflow")]
public sealed record HostedWorkflow([property: Id(0)] string Name, [property: Id(1)] int[] Versions);
