using Orchestration.Grains.Interfaces.Wire;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>A run's description, or why there is none.</summary>
/// <param name="Fault">Why there is none.</param>
/// <param name="Description">The description.</param>
[GenerateSerializer, Immutable, Alias("orchestration.describe-reply")]
public sealed record DescribeReply([property: Id(0)] Fault? Fault, [property: Id(1)] WorkflowDescription? Description);
