using System.Collections.Frozen;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>A signal, as interceptors see it.</summary>
public sealed record SignalCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null is the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The signal's name.</summary>
    public required string Signal { get; init; }

    /// <summary>Its encoded arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>What is sent along: recorded with the signal, shown to the workflow's interceptors.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
