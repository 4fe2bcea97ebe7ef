using System.Collections.Frozen;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>A query, as interceptors see it.</summary>
public sealed record QueryCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null is the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The query's name.</summary>
    public required string Query { get; init; }

    /// <summary>Its encoded arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>Whether the store is asked first whether the workflow knows all there is.</summary>
    public bool IsConsistent { get; init; }

    /// <summary>How the result is read.</summary>
    public required Type ResultType { get; init; }

    /// <summary>What is sent along, shown to the workflow's interceptors.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
