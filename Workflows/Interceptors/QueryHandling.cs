using System.Collections.Frozen;

namespace Orchestration.Workflows;

/// <summary>A query that reaches its handler, as interceptors see it.</summary>
public sealed record QueryHandling
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The query's name.</summary>
    public required string Query { get; init; }

    /// <summary>Its decoded arguments.</summary>
    public required IReadOnlyList<object?> Arguments { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;
}
