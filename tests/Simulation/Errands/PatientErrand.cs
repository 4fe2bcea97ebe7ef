using Orchestration.Client;
using Orchestration.Simulation.Workload;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Errands;

/// <summary>Cancels or terminates a workflow that waits for ever.</summary>
internal sealed class PatientErrand(string id, bool terminates) : Errand(id)
{
    protected override async Task DoAsync()
    {
        Doing = "starting";
        await StartAsync(client => client.GetWorkflow<Patient>(Id).StartAsync(Id, OneRun));
        await PauseAsync(4);
        Doing = terminates ? "terminating it" : "cancelling it";
        await AskAsync(async client =>
        {
            var handle = client.GetWorkflow<Patient>(Id);
            await (terminates ? handle.TerminateAsync("enough", default) : handle.CancelAsync("enough", default));
            return true;
        });
        Doing = "awaiting the result";
        try
        {
            Outcome = await AskAsync(client => client.GetWorkflow<Patient>(Id).GetResultAsync());
        }
        catch (WorkflowFailed e) when (e.Status == WorkflowStatus.Terminated)
        {
            Outcome = "terminated";
        }

        Findings.Require(Outcome == (terminates ? "terminated" : $"{Id}/1"), $"{this} gave '{Outcome}'");
    }
}
