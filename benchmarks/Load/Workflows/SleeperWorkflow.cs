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

        // The wall clock on purpose, though it makes the result differ on replay: the code's own start is what is measured here.
        return Math.Round((DateTimeOffset.UtcNow - due).TotalMilliseconds, 2);
    }
}
