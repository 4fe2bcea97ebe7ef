using System.Collections.Frozen;

namespace Orchestration.Workflows;

/// <summary>The start of a child by workflow code, as interceptors see it.</summary>
public sealed record ChildCall
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The child's instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>Its workflow type.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>Its encoded input.</summary>
    public required Payload Input { get; init; }

    /// <summary>What it gets beyond its parent's headers; recorded with it.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;
}
