using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>Why a run is woken.</summary>
/// <param name="AfterCrash">True where the run should have been awake already: the wake is counted, durably, before user code
/// runs.</param>
/// <param name="CodeFrom">The silo whose code is new, where a stalled run is to be tried again for that; its name.</param>
[GenerateSerializer, Immutable, Alias("orchestration.wake-request")]
public sealed record WakeRequest([property: Id(0)] bool AfterCrash, [property: Id(1)] string? CodeFrom = null);
