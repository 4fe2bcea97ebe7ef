using Orchestration.Client;
using Orchestration.Simulation.Workload;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Errands;

/// <summary>Runs a type that only silos of the second build host, of which there may be none for a while.</summary>
/// <param name="id">Its id.</param>
/// <param name="mayBeUnknown">Whether there may be none.</param>
internal sealed class NoticeErrand(string id, bool mayBeUnknown) : Errand(id)
{
    protected override async Task DoAsync()
    {
        Doing = "starting";
        for (var isDone = false; !isDone;)
        {
            try
            {
                // What was refused now may have been asked for, and begun, before.
                await StartAsync(client => client.GetWorkflow<Notice>(Id).StartAsync(Id, OneRun), hasRivals: mayBeUnknown);
                isDone = true;
            }
            catch (UnknownWorkflowType) when (mayBeUnknown)
            {
                await PauseAsync(2);
            }
        }

        Doing = "awaiting the result";
        Outcome = await AskAsync(client => client.GetWorkflow<Notice>(Id).GetResultAsync());
        Findings.Require(Outcome == $"{Id}/1", $"{this} gave '{Outcome}'");
    }
}
