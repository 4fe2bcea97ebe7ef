namespace Orchestration.Grains.Kernel.History;

/// <summary>Which version of its code a child gets, when it begins, and how long it may take.</summary>
public sealed record ChildStart
{
    /// <summary>The version of the code that is wanted; null: the highest.</summary>
    public int? Version { get; init; }

    /// <summary>How long each run of the child may take.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>How long the child may take in all, with its retries and continuations as new, from its first turn on.</summary>
    public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>When all of it must have ended; of a run that follows a failed one.</summary>
    public DateTimeOffset? ExecutionDeadline { get; init; }

    /// <summary>How long its first turn waits.</summary>
    public TimeSpan? StartDelay { get; init; }
}
