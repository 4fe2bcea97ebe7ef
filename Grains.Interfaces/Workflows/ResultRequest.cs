using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>Asks for a run's result.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.result-request")]
public sealed record ResultRequest
{
    /// <summary>The run; null is the instance's latest one.</summary>
    [Id(0)] public Guid? RunId { get; init; }

    /// <summary>How long the call may wait for the run's end before it answers. At most 20 s.</summary>
    [Id(1)] public TimeSpan Wait { get; init; }
}
