using Orchestration.Grains.Interfaces.Wire;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>What became of signals.</summary>
/// <param name="Fault">Why none was looked at; a repeatable one may have been taken all the same.</param>
/// <param name="Faults">Why single ones were not taken, by their place; null where all were.</param>
/// <param name="RunId">The run.</param>
[GenerateSerializer, Immutable, Alias("orchestration.signal-reply")]
public sealed record SignalReply(
    [property: Id(0)] Fault? Fault, [property: Id(1)] Fault?[]? Faults, [property: Id(2)] Guid RunId);
