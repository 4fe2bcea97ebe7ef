using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Placement;
using Orchestration.Simulation.Cluster;
using Orchestration.Simulation.Workload;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Checking;

/// <summary>
/// What the world saw of activities, and what must hold whenever one begins: that attempt stands in the run's history with the
/// silo that begins it (4, 6), and is begun once (6).
/// </summary>
internal sealed class Journal(Findings findings)
{
    private readonly HashSet<(Guid Run, long Command, int Attempt)> _begun = [];
    private readonly Dictionary<string, int> _once = new(StringComparer.Ordinal);
    private readonly Dictionary<(Guid Run, long Command), (int Attempt, int Count)> _left = [];

    /// <summary>How many attempts were begun.</summary>
    public int Begun => _begun.Count;

    /// <summary>How often each activity ran that must run once at most.</summary>
    public IReadOnlyDictionary<string, int> OnceRuns => _once;

    /// <summary>Sees for one silo.</summary>
    public IWitness On(SimSilo silo, SimCluster cluster) => new Witness(this, silo, cluster);

    private sealed class Witness(Journal journal, SimSilo silo, SimCluster cluster) : IWitness
    {
        private readonly string _host = SiloKey.Of(silo.SiloAddress);

        public void Begin(int left)
        {
            var (key, command, attempt) = Current();
            cluster.Loop.Watcher?.Invoke($"{silo.Name} begins attempt {attempt} of activity {command} of {key}");
            journal.Require(journal._begun.Add((key.RunId.Value, command, attempt)),
                $"attempt {attempt} of activity {command} of {key} was begun twice, now on {silo.Name}");
            var events = HistoryDump.Read(cluster, key.Key, key.RunId);
            journal.Require(events.Exists(e => e is ActivityScheduled s && s.Command == command && attempt == 1 && s.Host == _host
                    || e is ActivityRetryScheduled r && r.Command == command && r.Attempt == attempt && r.Host == _host),
                $"{silo.Name} begins attempt {attempt} of activity {command} of {key}, of which the history knows nothing");
            if (journal._left.TryGetValue((key.RunId.Value, command), out var before) && before.Attempt == attempt - 1)
                journal.Require(left >= before.Count,
                    $"attempt {attempt} of activity {command} of {key} was left {left} of {before.Count} "
                    + "by a silo that went in good order");
        }

        public void Once(string owner) => journal._once[owner] = journal._once.GetValueOrDefault(owner) + 1;

        public void Leave(int count)
        {
            var (key, command, attempt) = Current();
            if (ActivityContext.Current.CancellationReason == ActivityCancellationReason.WorkerShutdown
                && !cluster.Faults.AreStoresBad && silo.IsStoreReachable)
                journal._left[(key.RunId.Value, command)] = (attempt, count);
        }

        private static ((WorkflowKey Key, RunId RunId) Key, long Command, int Attempt) Current()
        {
            var context = ActivityContext.Current;
            var command = context.IdempotencyKey[(context.IdempotencyKey.IndexOf('/', StringComparison.Ordinal) + 1)..];
            return ((context.Workflow, context.RunId),
                long.Parse(command, System.Globalization.CultureInfo.InvariantCulture), context.Attempt);
        }
    }

    private void Require(bool holds, string otherwise) => findings.Require(holds, otherwise);
}
