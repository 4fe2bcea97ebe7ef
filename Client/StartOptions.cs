using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>How a run is started.</summary>
public sealed record StartOptions
{
    /// <summary>What callers get who give none.</summary>
    public static StartOptions Default { get; } = new();

    /// <summary>Whether the id may be started again after its run has ended.</summary>
    public WorkflowIdReusePolicy IdReuse { get; init; }
}
