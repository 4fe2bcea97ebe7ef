using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>Activities all at once; ends with their number.</summary>
[Workflow("fan")]
public sealed class FanOutWorkflow : Workflow<BenchmarkInput, int>
{
    /// <inheritdoc/>
    public override async Task<int> RunAsync(BenchmarkInput input)
    {
        var activities = Context.Activities<IBenchmarkActivities>(SequenceWorkflow.Options);
        var steps = new Task<StepResult>[input.Steps];
        for (var i = 0; i < steps.Length; i++) steps[i] = activities.StepAsync(input.Id, i);
        return (await Task.WhenAll(steps)).Length;
    }
}
