using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Simulation.Cluster;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Checking;

/// <summary>A workflow's stored state, as it is.</summary>
internal static class HistoryDump
{
    /// <summary>For one who looks into a finding.</summary>
    public static string Of(SimCluster cluster, string id)
    {
        var run = cluster.Store.FindAsync(new WorkflowKey(WorkflowKey.DefaultNamespace,
            new WorkflowId(id))).AsTask().GetAwaiter().GetResult();
        if (run is null) return "The store does not know it.";
        return $"Stored: {run.Summary}, shard {Shards.Of(run.Key.Key, cluster.Store.ShardCount)}; "
            + string.Join("; ", Read(cluster, run.Key.Key, run.Key.RunId).TakeLast(8).Select(static e => e.ToString()));
    }

    /// <summary>The events of a workflow's latest run.</summary>
    public static List<HistoryEvent> OfLatest(SimCluster cluster, string id) => cluster.Store.FindAsync(new WorkflowKey(
        WorkflowKey.DefaultNamespace, new WorkflowId(id))).AsTask().GetAwaiter().GetResult() is { } run
        ? Read(cluster, run.Key.Key, run.Key.RunId) : [];

    /// <summary>The events of a run; none where there is no such run.</summary>
    public static List<HistoryEvent> Read(SimCluster cluster, WorkflowKey key, RunId run)
    {
        var events = new List<HistoryEvent>();
        for (long? from = 1; from is not null;)
        {
            var page = cluster.Store.ReadAsync(new StoreKey(key, run), 0, from.Value).AsTask().GetAwaiter().GetResult();
            foreach (var batch in page.Batches) HistorySerializer.Read(batch.Body.Span, batch.Format, events);
            from = page.NextSequence;
        }

        return events;
    }
}
