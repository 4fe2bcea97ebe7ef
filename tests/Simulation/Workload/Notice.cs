using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <summary>A type that the first build does not have.</summary>
[Workflow("notice")]
public sealed class Notice : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        await Context.DelayAsync(TimeSpan.FromSeconds(1));
        return await Context.Activities<IMoreSteps>(new()
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(20), Retry = new() { InitialInterval = TimeSpan.FromSeconds(0.1) },
        }).DoMoreAsync(input, 1);
    }
}
