using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>Activities one after the other; ends with the last one's result.</summary>
[Workflow("seq")]
public sealed class SequenceWorkflow : Workflow<BenchmarkInput, StepResult?>
{
    internal static readonly ActivityOptions Options = new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) };

    /// <inheritdoc/>
    public override async Task<StepResult?> RunAsync(BenchmarkInput input)
    {
        var activities = Context.Activities<IBenchmarkActivities>(Options);
        StepResult? last = null;
        for (var i = 0; i < input.Steps; i++) last = await activities.StepAsync(input.Id, i);
        return last;
    }
}
