using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>
/// A run that takes the place of one that is terminated for it. All of it stands in the ended run's last event, so that it begins
/// whatever happens to the caller, and to the silo, in between.
/// </summary>
public sealed record PromisedRun
{
    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Its workflow type.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>Its input.</summary>
    public required Payload Input { get; init; }

    /// <summary>The client request that starts it.</summary>
    public RequestId? Request { get; init; }

    /// <summary>The W3C trace parent under which its spans hang.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The version of the code that is wanted; null: the highest.</summary>
    public int? Version { get; init; }

    /// <summary>How long the run may take.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>How long the run and those that continue it may take in all.</summary>
    public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>How long its first turn waits.</summary>
    public TimeSpan? StartDelay { get; init; }

    /// <summary>What the start's caller sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The signal that came with the start: the run has it from its first commit on.</summary>
    public MessageCarry? Messages { get; init; }
}
