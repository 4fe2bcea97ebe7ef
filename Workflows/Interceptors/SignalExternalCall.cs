using System.Collections.Frozen;

namespace Orchestration.Workflows;

/// <summary>A signal that workflow code sends to another workflow or to a child, as interceptors see it.</summary>
public sealed record SignalExternalCall
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The receiver.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null: the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The signal's name.</summary>
    public required string Signal { get; init; }

    /// <summary>Its encoded arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>What is sent along; recorded with it.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;
}
