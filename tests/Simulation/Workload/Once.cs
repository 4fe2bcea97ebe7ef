using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <summary>An activity that must not run twice: done, or lost and said to be lost.</summary>
[Workflow("once")]
public sealed class Once : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        try
        {
            return await Context.Activities<ISteps>(new()
            {
                StartToCloseTimeout = TimeSpan.FromSeconds(20), Retry = new() { MaximumAttempts = 1 },
            }).OnceAsync(input);
        }
        catch (ActivityFailed)
        {
            return "lost";
        }
    }
}
