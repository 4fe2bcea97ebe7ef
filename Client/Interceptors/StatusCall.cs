using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>A watch over what a run says of itself, as interceptors see it.</summary>
public sealed record StatusCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run whose status is watched first; null is the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>After which of the run's updates the watch begins; 0 is from the first.</summary>
    public required long Cursor { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
