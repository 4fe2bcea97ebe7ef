using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>Timers and activities in turn.</summary>
[Workflow("nap")]
public sealed class NapWorkflow : Workflow<BenchmarkInput, StepResult?>
{
    /// <inheritdoc/>
    public override async Task<StepResult?> RunAsync(BenchmarkInput input)
    {
        var activities = Context.Activities<IBenchmarkActivities>(new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
        StepResult? last = null;
        for (var i = 0; i < input.Steps; i++)
        {
            await Context.DelayAsync(TimeSpan.FromMilliseconds(input.Ms));
            last = await activities.StepAsync(input.Id, i);
        }

        return last;
    }
}
