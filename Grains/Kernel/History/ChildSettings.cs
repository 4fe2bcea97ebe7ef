using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>A child's options as they are recorded.</summary>
public sealed record ChildSettings
{
    /// <summary>What becomes of it when its parent's run ends.</summary>
    public ParentClosePolicy OnParentClose { get; init; }

    /// <summary>What a cancelled wait does with it.</summary>
    public ChildCancellationType Cancellation { get; init; }

    /// <summary>When and how often it is run again; null: never.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Whether its id may have been used before.</summary>
    public WorkflowIdReusePolicy IdReuse { get; init; }

    /// <summary>Its version, and its limits in time; null where nothing of it was asked for.</summary>
    public ChildStart? Start { get; init; }

    /// <summary>What it gets beyond its parent's headers.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
