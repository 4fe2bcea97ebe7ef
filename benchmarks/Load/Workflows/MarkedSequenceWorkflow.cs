using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>A sequence that notes the time at every so many steps.</summary>
[Workflow("seq-marked")]
public sealed class MarkedSequenceWorkflow : Workflow<BenchmarkInput, MarkedResult>
{
    /// <inheritdoc/>
    public override async Task<MarkedResult> RunAsync(BenchmarkInput input)
    {
        var activities = Context.Activities<IBenchmarkActivities>(SequenceWorkflow.Options);
        var marks = new List<long>();
        StepResult? last = null;
        for (var i = 0; i < input.Steps; i++)
        {
            if (i % input.Mark == 0) marks.Add(Context.UtcNow.ToUnixTimeMilliseconds());
            last = await activities.StepAsync(input.Id, i);
        }

        marks.Add(Context.UtcNow.ToUnixTimeMilliseconds());
        return new MarkedResult(last, marks);
    }
}
