using Orchestration.Client;
using Orchestration.Grains.Kernel.History;
using Orchestration.Simulation.Checking;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation.Errands;

/// <summary>Runs a type whose code is not the same on all silos: what began it ends it.</summary>
internal sealed class ChangedErrand(string id) : Errand(id)
{
    protected override async Task DoAsync()
    {
        Doing = "starting";
        await StartAsync(client => client.GetWorkflow<ChangedBefore>(Id).StartAsync(Id, OneRun));
        Doing = "awaiting the result";
        var result = await AskAsync(client => client.GetWorkflow<ChangedBefore>(Id).GetResultAsync());
        var began = HistoryDump.OfLatest(Cluster, Id)[1] is TimerStarted ? "before" : "after";
        Findings.Require(result == began, $"{this} was begun by the code {began} the change and ended as '{result}'");
    }
}
