using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <summary>Sleeps several times, and says how long each sleep seemed to last, in milliseconds.</summary>
[Workflow("sleeper")]
public sealed class Sleeper : Workflow<int[], double[]>
{
    public override async Task<double[]> RunAsync(int[] input)
    {
        var slept = new List<double>();
        foreach (var milliseconds in input)
        {
            var before = Context.UtcNow;
            await Context.DelayAsync(TimeSpan.FromMilliseconds(milliseconds));
            slept.Add((Context.UtcNow - before).TotalMilliseconds);
        }

        return [.. slept];
    }
}
