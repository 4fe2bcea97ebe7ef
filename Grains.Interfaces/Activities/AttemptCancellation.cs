using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>Tells an attempt to end.</summary>
/// <param name="Id">Which.</param>
/// <param name="Reason">Why.</param>
[GenerateSerializer, Immutable, Alias("orchestration.attempt-cancellation")]
public sealed record AttemptCancellation([property: Id(0)] AttemptId Id, [property: Id(1)] ActivityCancellationReason Reason);
