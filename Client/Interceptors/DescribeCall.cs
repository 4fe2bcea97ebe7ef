using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>A description, as interceptors see it.</summary>
public sealed record DescribeCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null is the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
