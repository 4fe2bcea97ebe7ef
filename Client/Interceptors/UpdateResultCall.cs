using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>The wait for an update's outcome, as interceptors see it.</summary>
public sealed record UpdateResultCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null is the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The update's id.</summary>
    public required string UpdateId { get; init; }

    /// <summary>How the result is read.</summary>
    public required Type ResultType { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
