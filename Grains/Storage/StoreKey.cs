using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>The name under which a run's history is kept.</summary>
/// <param name="Key">The instance.</param>
/// <param name="RunId">The run.</param>
public readonly record struct StoreKey(WorkflowKey Key, RunId RunId)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}/{RunId}";
}
