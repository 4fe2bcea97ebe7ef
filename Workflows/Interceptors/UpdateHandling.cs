using System.Collections.Frozen;

namespace Orchestration.Workflows;

/// <summary>An update that reaches its validator or its handler, as interceptors see it.</summary>
public sealed record UpdateHandling
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The update's id.</summary>
    public required string UpdateId { get; init; }

    /// <summary>The update's name.</summary>
    public required string Update { get; init; }

    /// <summary>Its decoded arguments.</summary>
    public required IReadOnlyList<object?> Arguments { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;
}
