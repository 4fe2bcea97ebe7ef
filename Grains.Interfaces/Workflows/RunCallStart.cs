using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>Which version of its code a child gets, when it begins, and how long it may take.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.run-call-start")]
public sealed record RunCallStart
{
    /// <summary>The version of the code; null: the highest.</summary>
    [Id(0)] public int? Version { get; init; }

    /// <summary>How long each run may take.</summary>
    [Id(1)] public TimeSpan? RunTimeout { get; init; }

    /// <summary>How long all runs may take together.</summary>
    [Id(2)] public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>When all of them must have ended.</summary>
    [Id(3)] public DateTimeOffset? ExecutionDeadline { get; init; }

    /// <summary>How long the first turn waits.</summary>
    [Id(4)] public TimeSpan? StartDelay { get; init; }
}
