using Orchestration.Client;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation.Errands;

/// <summary>Runs an activity that must not run twice.</summary>
internal sealed class OnceErrand(string id) : Errand(id)
{
    protected override async Task DoAsync()
    {
        Doing = "starting";
        await StartAsync(client => client.GetWorkflow<Once>(Id).StartAsync(Id, OneRun));
        Doing = "awaiting the result";
        var result = await AskAsync(client => client.GetWorkflow<Once>(Id).GetResultAsync());
        var runs = Cluster.Journal.OnceRuns.GetValueOrDefault(Id);
        Findings.Require(runs <= 1, $"{this} ran its activity {runs} times");
        Findings.Require(result == "lost" || (result == "done" && runs == 1), $"{this} gave '{result}' after {runs} runs");
    }
}
