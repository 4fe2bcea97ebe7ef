using Orchestration.Client;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation.Errands;

/// <summary>Runs a long activity that goes on where the attempt before it was.</summary>
internal sealed class TallyErrand(string id, int count) : Errand(id)
{
    protected override async Task DoAsync()
    {
        Doing = "starting";
        await StartAsync(client => client.GetWorkflow<Tally>(Id).StartAsync(count, OneRun));
        Doing = "awaiting the result";
        var result = await AskAsync(client => client.GetWorkflow<Tally>(Id).GetResultAsync());
        Findings.Require(result == count, $"{this} counted to {result} instead of {count}");
        Outcome = $"{result}";
    }
}
