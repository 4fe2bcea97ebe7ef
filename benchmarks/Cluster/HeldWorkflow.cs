using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>Waits in an activity until that is let go.</summary>
[Workflow("held")]
public sealed class HeldWorkflow : Workflow<int, int>
{
    /// <inheritdoc/>
    public override Task<int> RunAsync(int input) =>
        Context.Activities<IHeldActivities>(new() { StartToCloseTimeout = TimeSpan.FromHours(1) }).HoldAsync(input);
}
