using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>One activity that does not end: it is there to be lost with its silo.</summary>
[Workflow("hold")]
public sealed class HoldWorkflow : Workflow<BenchmarkInput, string>
{
    /// <inheritdoc/>
    public override async Task<string> RunAsync(BenchmarkInput input)
    {
        var activities = Context.Activities<IBenchmarkActivities>(new() { StartToCloseTimeout = TimeSpan.FromHours(1) });
        await activities.HoldAsync(input.Id);
        return input.Id;
    }
}
