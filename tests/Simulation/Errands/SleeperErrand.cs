using Orchestration.Client;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation.Errands;

/// <summary>Has a workflow sleep. Where the cluster is well and its clocks agree, it wakes on time.</summary>
/// <param name="id">Its id.</param>
/// <param name="sleeps">How long each sleep is, in milliseconds.</param>
/// <param name="isOnTime">Whether all is well while it sleeps.</param>
internal sealed class SleeperErrand(string id, int[] sleeps, bool isOnTime) : Errand(id)
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(8);

    protected override async Task DoAsync()
    {
        Doing = "starting";
        await StartAsync(client => client.GetWorkflow<Sleeper>(Id).StartAsync(sleeps, OneRun));
        var before = Loop.Now;
        Doing = "awaiting the result";
        var slept = await AskAsync(client => client.GetWorkflow<Sleeper>(Id).GetResultAsync());
        var lasted = TimeSpan.FromTicks(Loop.Now - before);
        Findings.Require(slept.Length == sleeps.Length && slept.Zip(sleeps).All(static s => s.First >= s.Second),
            $"{this} was to sleep {string.Join(' ', sleeps)} and slept {string.Join(' ', slept)}");
        var least = TimeSpan.FromMilliseconds(sleeps.Sum());
        Findings.Require(!isOnTime || lasted < least + Late,
            $"{this} slept for {lasted} instead of {least}, though all was well");
        Outcome = $"{slept.Length} sleeps";
    }
}
