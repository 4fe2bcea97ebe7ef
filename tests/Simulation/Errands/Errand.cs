using Orchestration.Client;
using Orchestration.Simulation.Checking;
using Orchestration.Simulation.Cluster;
using Orchestration.Simulation.Time;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Errands;

/// <summary>
/// What clients do with one workflow, and what they saw; each knows what must have come of it. It lives outside of all clients,
/// since one of them may die over it and another go on.
/// </summary>
internal abstract class Errand(string id)
{
    public string Id => id;

    public bool IsDone { get; private set; }

    /// <summary>What it is doing, for messages.</summary>
    public string Doing { get; protected set; } = "nothing yet";

    /// <summary>More of it.</summary>
    public virtual string Details => "";

    /// <summary>What came of it, where that does not depend on what befell the cluster.</summary>
    public string? Outcome { get; protected set; }

    /// <summary>However often it is asked for, and by whom: there is one run, or a chain of one.</summary>
    protected static StartOptions OneRun { get; } = new() { IdReuse = WorkflowIdReusePolicy.RejectDuplicate };

    protected SimClients Clients { get; private set; } = null!;

    protected SimLoop Loop => Clients.Cluster.Loop;

    protected SimCluster Cluster => Clients.Cluster;

    protected SimRandom Random { get; private set; } = null!;

    protected Findings Findings { get; private set; } = null!;

    /// <summary>Does it; whatever fails in between is repeated by the client library.</summary>
    public async Task RunAsync(SimClients clients, SimRandom random, Findings findings)
    {
        (Clients, Random, Findings) = (clients, random, findings);
        try
        {
            await DoAsync();
        }
        catch (Exception e)
        {
            findings.Add($"{this}: while {Doing}: {e}");
        }

        IsDone = true;
    }

    /// <summary>Holds what clients saw against the stored histories, once all is over.</summary>
    public virtual void Check()
    {
    }

    public override string ToString() => $"{GetType().Name} '{id}'";

    protected abstract Task DoAsync();

    protected Task PauseAsync(double seconds) => Loop.DelayAsync(TimeSpan.FromSeconds(seconds * Random.NextDouble()));

    /// <summary>Has some client do what may be done again by another, should that one die.</summary>
    protected async Task<T> AskAsync<T>(Func<IWorkflowClient, Task<T>> ask)
    {
        while (true)
        {
            var answer = await Clients.Choose(Random).CallAsync(ask);
            if (answer.IsKnown) return answer.Value;
        }
    }

    /// <summary>
    /// Starts the workflow. One that finds it started is right only where somebody else may have: a client that died, or a rival.
    /// </summary>
    protected async Task StartAsync(Func<IWorkflowClient, Task> start, bool hasRivals = false)
    {
        for (var mayBeStarted = hasRivals; ;)
        {
            try
            {
                var answer = await Clients.Choose(Random).CallAsync(async client =>
                {
                    await start(client);
                    return true;
                });
                if (answer.IsKnown) return;
                mayBeStarted = true;
            }
            catch (WorkflowAlreadyStarted) when (mayBeStarted)
            {
                return;
            }
        }
    }
}
