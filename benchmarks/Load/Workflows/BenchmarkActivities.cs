using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <inheritdoc cref="IBenchmarkActivities"/>
public sealed class BenchmarkActivities(ExecutionLog log, ActivityContext activity) : IBenchmarkActivities
{
    private static readonly string Note = new('p', 66);

    /// <inheritdoc/>
    public Task<StepResult> StepAsync(string id, int step)
    {
        log.Write(id, step);
        return Task.FromResult(new StepResult(step, true, Note));
    }

    /// <inheritdoc/>
    public Task HoldAsync(string id)
    {
        log.Write(id, activity.Attempt);
        return Task.Delay(Timeout.Infinite, activity.CancellationToken);
    }
}
