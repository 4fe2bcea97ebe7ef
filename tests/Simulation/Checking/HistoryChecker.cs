using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Simulation.Cluster;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Checking;

/// <summary>Holds the stored histories against the invariants, and has each replayed by today's code.</summary>
internal static class HistoryChecker
{
    /// <summary>Whether all runs have ended and owe nothing.</summary>
    public static bool AreClosed(SimCluster cluster)
    {
        var page = cluster.Store.ListAsync(new ListQuery { Namespace = WorkflowKey.DefaultNamespace, PageSize = 500 })
            .AsTask().GetAwaiter().GetResult();
        return page.Runs.All(static r => r.Summary.State == RunState.Closed);
    }

    public static void Check(SimCluster cluster, Findings findings)
    {
        string? next = null;
        do
        {
            var page = cluster.Store.ListAsync(new ListQuery
            {
                Namespace = WorkflowKey.DefaultNamespace, PageSize = 100, Continuation = next,
            }).AsTask().GetAwaiter().GetResult();
            foreach (var run in page.Runs) Check(cluster, run, findings);
            next = page.Continuation;
        }
        while (next is not null);
    }

    private static void Check(SimCluster cluster, RunRecord run, Findings findings)
    {
        findings.Require(run.Summary.State == RunState.Closed,
            $"{run.Key} is {run.Summary.State} at the end. {HistoryDump.Of(cluster, run.Key.Key.Id.Value)}");
        var events = new List<HistoryEvent>();
        for (long? from = 1; from is not null;)
        {
            var page = cluster.Store.ReadAsync(run.Key, run.Handle, from.Value).AsTask().GetAwaiter().GetResult();
            foreach (var batch in page.Batches)
            {
                findings.Require(batch.FirstSequence == events.Count + 1,
                    $"{run.Key} has a turn at {batch.FirstSequence} after {events.Count} events");
                HistorySerializer.Read(batch.Body.Span, batch.Format, events);
            }

            from = page.NextSequence;
        }

        findings.Require(events.Count(static e => e is RunStarted) == 1 && events[0] is RunStarted,
            $"{run.Key} has not one start");
        for (var i = 1; i < events.Count; i++)
            findings.Require(events[i].At >= events[i - 1].At, $"{run.Key}: time goes back at event {i + 1}");
        foreach (var twice in events.OfType<ActivityCompleted>().GroupBy(static e => e.Command).Where(static g => g.Count() > 1))
            findings.Add($"{run.Key} observed the result of activity {twice.Key} {twice.Count()} times");
    }
}
