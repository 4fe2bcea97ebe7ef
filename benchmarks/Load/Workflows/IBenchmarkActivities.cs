namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>The activities: they do nothing, so that only the engine is measured.</summary>
public interface IBenchmarkActivities
{
    /// <summary>One step.</summary>
    Task<StepResult> StepAsync(string id, int step);

    /// <summary>Notes its attempt, and goes on until its silo is gone.</summary>
    Task HoldAsync(string id);
}
