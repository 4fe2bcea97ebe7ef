using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>Asks for a page of a run's history.</summary>
/// <param name="RunId">The run; null is the instance's latest one.</param>
/// <param name="FromSequence">The first event wanted, from 1.</param>
[GenerateSerializer, Immutable, Alias("orchestration.history-request")]
public sealed record HistoryRequest([property: Id(0)] Guid? RunId = null, [property: Id(1)] long FromSequence = 1);
