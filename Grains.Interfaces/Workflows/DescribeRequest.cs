using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>Asks for a run's description.</summary>
/// <param name="RunId">The run; null is the instance's latest one.</param>
[GenerateSerializer, Immutable, Alias("orchestration.describe-request")]
public sealed record DescribeRequest([property: Id(0)] Guid? RunId = null);
