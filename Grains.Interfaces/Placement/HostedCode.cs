using Orleans;

namespace Orchestration.Grains.Interfaces.Placement;

/// <summary>The code that a silo hosts.</summary>
/// <param name="Build">Names all of its workflow code together: another one after each change of it. Silos of one build replay
/// alike.</param>
/// <param name="Workflows">The workflow types.</param>
/// <param name="Activities">The names of the activities.</param>
[GenerateSerializer, Immutable, Alias("orchestration.hosted-code")]
public sealed record HostedCode(
    [property: Id(0)] string Build, [property: Id(1)] HostedWorkflow[] Workflows, [property: Id(2)] string[] Activities);
