using Orchestration.Client;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation.Errands;

/// <summary>Runs a parent with children.</summary>
internal sealed class FamilyErrand(FamilyInput input) : Errand(input.Id)
{
    protected override async Task DoAsync()
    {
        Doing = "starting";
        await StartAsync(client => client.GetWorkflow<Family>(Id).StartAsync(input, OneRun));
        Doing = "awaiting the result";
        Outcome = await AskAsync(client => client.GetWorkflow<Family>(Id).GetResultAsync());
        Findings.Require(Outcome == Family.Expected(input), $"{this} gave '{Outcome}'");
    }
}
