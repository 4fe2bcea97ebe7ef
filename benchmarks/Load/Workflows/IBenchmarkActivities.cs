namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>The activities: they do nothing, so that only the engine is measured.</summary>
public interface IBenchmarkActivities
{
    /// <summary>One step.</summary>
    Task<StepResult> StepAsync(string id, int step);
}
