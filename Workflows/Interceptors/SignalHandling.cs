using System.Collections.Frozen;

namespace Orchestration.Workflows;

/// <summary>A signal that reaches its handler, as interceptors see it.</summary>
public sealed record SignalHandling
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The signal's name.</summary>
    public required string Signal { get; init; }

    /// <summary>Its decoded arguments; a handler of any signal gets its name and the encoded ones.</summary>
    public required IReadOnlyList<object?> Arguments { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;
}
