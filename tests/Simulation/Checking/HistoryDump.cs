using Orchestration.Grains.Kernel.History;
using Orchestration.Simulation.Cluster;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Checking;

/// <summary>A workflow's stored state, for one who looks into a finding.</summary>
internal static class HistoryDump
{
    public static string Of(SimCluster cluster, string id)
    {
        var run = cluster.Store.FindAsync(new WorkflowKey(WorkflowKey.DefaultNamespace,
            new WorkflowId(id))).AsTask().GetAwaiter().GetResult();
        if (run is null) return "The store does not know it.";
        var events = new List<HistoryEvent>();
        var page = cluster.Store.ReadAsync(run.Key, run.Handle, 1).AsTask().GetAwaiter().GetResult();
        foreach (var batch in page.Batches) HistorySerializer.Read(batch.Body.Span, batch.Format, events);
        return $"Stored: {run.Summary}, shard {Grains.Storage.Shards.Of(run.Key.Key)}; "
            + string.Join("; ", events.TakeLast(8).Select(static e => e.ToString()));
    }
}
