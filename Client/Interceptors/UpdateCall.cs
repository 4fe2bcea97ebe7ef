using System.Collections.Frozen;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>The sending of an update, as interceptors see it.</summary>
public sealed record UpdateCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null is the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The update's name.</summary>
    public required string Update { get; init; }

    /// <summary>Its id: one that was sent before is not carried out again.</summary>
    public required string UpdateId { get; init; }

    /// <summary>Its encoded arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>What is sent along: recorded with the update, shown to the workflow's interceptors.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
