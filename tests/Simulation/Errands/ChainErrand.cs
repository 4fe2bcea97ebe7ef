using Orchestration.Client;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation.Errands;

/// <summary>Runs a chain of activities and reads its result, twice.</summary>
internal sealed class ChainErrand(ChainInput input) : Errand(input.Id)
{
    protected override async Task DoAsync()
    {
        Doing = "starting";
        await StartAsync(client => client.GetWorkflow<Chain>(Id).StartAsync(input, OneRun));
        await PauseAsync(3);
        Doing = "awaiting the result";
        var result = await AskAsync(client => client.GetWorkflow<Chain>(Id).GetResultAsync());
        Findings.Require(result == Chain.Expected(input), $"{this} gave '{result}'");
        Doing = "reading the result again";
        Findings.Require(await AskAsync(client => client.GetWorkflow<Chain>(Id).GetResultAsync()) == result,
            $"{this} gave two results");
        Outcome = result;
    }
}
