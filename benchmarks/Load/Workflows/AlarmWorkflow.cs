using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>Sets timers that are all due at one moment; tells by how many milliseconds the last one came too late.</summary>
[Workflow("alarm")]
public sealed class AlarmWorkflow : Workflow<Alarms, double>
{
    /// <inheritdoc/>
    public override async Task<double> RunAsync(Alarms input)
    {
        var due = DateTimeOffset.FromUnixTimeMilliseconds(input.DueMs);
        var left = due > Context.UtcNow ? due - Context.UtcNow : TimeSpan.Zero;
        await Task.WhenAll(Enumerable.Range(0, input.Count).Select(_ => Context.DelayAsync(left)));
        return Late(due);
    }

    // The wall clock on purpose, though it makes the result differ on replay: the code's own start is what is measured here.
    [AllowNondeterminism("It measures when the code runs, not what the history says.")]
    private static double Late(DateTimeOffset due) => Math.Round((DateTimeOffset.UtcNow - due).TotalMilliseconds, 2);
}
