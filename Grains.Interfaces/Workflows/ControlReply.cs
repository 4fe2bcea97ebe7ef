using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>What came of a cancel or terminate.</summary>
/// <param name="Fault">Why nothing was done.</param>
/// <param name="RunId">The run.</param>
/// <param name="Status">Where it stands.</param>
[GenerateSerializer, Immutable, Alias("orchestration.control-reply")]
public sealed record ControlReply([property: Id(0)] Fault? Fault, [property: Id(1)] Guid RunId, [property: Id(
    2)] WorkflowStatus Status);
