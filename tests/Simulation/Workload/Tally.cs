using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <summary>One long activity, which goes on from the details that the attempt before it left.</summary>
[Workflow("tally")]
public sealed class Tally : Workflow<int, int>
{
    public override Task<int> RunAsync(int input) => Context.Activities<ISteps>(new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(30), HeartbeatTimeout = TimeSpan.FromSeconds(4),
        Retry = new() { InitialInterval = TimeSpan.FromSeconds(0.1) },
    }).CountAsync(input);
}
