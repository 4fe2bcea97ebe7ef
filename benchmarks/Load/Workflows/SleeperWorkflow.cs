using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>Sleeps and tells by how many milliseconds it woke too late.</summary>
[Workflow("sleeper")]
public sealed class SleeperWorkflow : Workflow<BenchmarkInput, double>
{
    /// <inheritdoc/>
    public override async Task<double> RunAsync(BenchmarkInput input)
    {
        var due = Context.UtcNow.AddMilliseconds(input.Ms);
        await Context.DelayAsync(TimeSpan.FromMilliseconds(input.Ms));

        return LateBy(due);
    }

    [AllowNondeterminism("The wall clock is what is measured; only the result depends on it, and the run ends with it.")]
    private static double LateBy(DateTimeOffset due) => Math.Round((DateTimeOffset.UtcNow - due).TotalMilliseconds, 2);
}
