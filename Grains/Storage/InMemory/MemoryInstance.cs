using Orchestration.Workflows;

namespace Orchestration.Grains.Storage.InMemory;

/// <summary>The runs of one instance, oldest first, and the lock that guards them.</summary>
internal sealed class MemoryInstance(WorkflowKey key)
{
    public WorkflowKey Key { get; } = key;

    public Lock Gate { get; } = new();

    public List<MemoryRun> Runs { get; } = [];

    /// <summary>Whether its last run is gone and it was taken out of the store: look it up again.</summary>
    public bool Dead { get; set; }

    public MemoryRun? Find(RunId id)
    {
        for (var i = Runs.Count - 1; i >= 0; i--)
            if (Runs[i].Id == id) return Runs[i];
        return null;
    }
}
