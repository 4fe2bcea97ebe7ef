using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>Names one attempt of one activity of one run.</summary>
/// <param name="Workflow">The run's grain key.</param>
/// <param name="RunId">The run.</param>
/// <param name="Command">The activity's command number.</param>
/// <param name="Attempt">The attempt's number, from 1.</param>
[GenerateSerializer, Immutable, Alias("orchestration.attempt-id")]
public readonly record struct AttemptId(
    [property: Id(0)] string Workflow, [property: Id(1)] Guid RunId, [property: Id(2)] long Command, [property: Id(
        3)] int Attempt);
