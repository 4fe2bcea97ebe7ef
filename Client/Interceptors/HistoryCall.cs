using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>A reading of a run's history, as interceptors see it.</summary>
public sealed record HistoryCall
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null is the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The first event wanted, from 1; checked where the history is read.</summary>
    public required long FromSequence { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
