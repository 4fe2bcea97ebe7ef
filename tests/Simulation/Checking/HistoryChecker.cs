using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Simulation.Cluster;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Checking;

/// <summary>Holds the stored histories against the invariants.</summary>
internal static class HistoryChecker
{
    /// <summary>Whether all runs have ended and owe nothing.</summary>
    public static bool AreClosed(SimCluster cluster) => Runs(cluster).All(static r => r.Summary.State == RunState.Closed);

    public static void Check(SimCluster cluster, Findings findings)
    {
        foreach (var instance in Runs(cluster).GroupBy(static r => r.Key.Key))
        {
            var begun = 0;
            var taken = new HashSet<string>(StringComparer.Ordinal);
            foreach (var run in instance)
            {
                var events = HistoryDump.Read(cluster, run.Key.Key, run.Key.RunId);
                findings.Require(run.Summary.State == RunState.Closed,
                    $"{run.Key} is {run.Summary.State} at the end. {HistoryDump.Of(cluster, run.Key.Key.Id.Value)}");
                CheckOrder(run.Key, events, findings);
                CheckActivities(run.Key, events, findings);
                foreach (var message in events.Select(Taken).OfType<string>())
                    findings.Require(taken.Add(message), $"{run.Key} took {message} twice");
                if (events is [RunStarted { ContinuedFrom: null }, ..]) begun++;
            }

            // A visit's runs follow each other, begun by whatever comes.
            findings.Require(begun == 1 || instance.All(static run => run.WorkflowType == "visit"),
                $"{instance.Key} was begun {begun} times");
        }
    }

    /// <summary>All runs that the store has.</summary>
    public static List<RunRecord> Runs(SimCluster cluster)
    {
        var runs = new List<RunRecord>();
        for (string? next = null; ;)
        {
            var page = cluster.Store.ListAsync(new ListQuery
            {
                Namespace = WorkflowKey.DefaultNamespace, PageSize = 500, Continuation = next,
            }).AsTask().GetAwaiter().GetResult();
            runs.AddRange(page.Runs);
            if ((next = page.Continuation) is null) return runs;
        }
    }

    private static void CheckOrder(StoreKey key, List<HistoryEvent> events, Findings findings)
    {
        findings.Require(events.Count(static e => e is RunStarted) == 1 && events[0] is RunStarted,
            $"{key} has not one start");
        for (var i = 1; i < events.Count; i++)
            findings.Require(events[i].At >= events[i - 1].At, $"{key}: time goes back at event {i + 1}");
        findings.Require(events.Count(static e => e is RunCompleted or RunFailed or RunCanceled or RunTimedOut
            or RunContinuedAsNew or RunTerminated) == 1, $"{key} has not one end");
    }

    private static void CheckActivities(StoreKey key, List<HistoryEvent> events, Findings findings)
    {
        foreach (var command in events.OfType<ActivityScheduled>().CountBy(static e => e.Command).Where(static c => c.Value > 1))
            findings.Add($"{key} scheduled activity {command.Key} {command.Value} times");
        foreach (var command in events
            .Select(static e => e is ActivityCompleted c ? c.Command : e is ActivityEnded d ? d.Command : 0)
            .Where(static c => c > 0).CountBy(static c => c).Where(static c => c.Value > 1))
            findings.Add($"{key} observed the outcome of activity {command.Key} {command.Value} times");
    }

    /// <summary>A message that was taken, by what it is known by.</summary>
    private static string? Taken(HistoryEvent happened) => happened switch
    {
        SignalReceived { Request: { } request } => $"signal {request}",
        SignalReceived { Sender: { } sender } => $"signal {sender}",
        UpdateAccepted update => $"update {update.UpdateId}",
        RunTerminated { Request: { } request } => $"end {request}",
        _ => null,
    };
}
