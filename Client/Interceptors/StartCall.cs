using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>A start, as interceptors see it.</summary>
public sealed record StartCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The workflow type's name.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>The input.</summary>
    public object? Input { get; init; }

    /// <summary>How it is started, headers among it.</summary>
    public required StartOptions Options { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
