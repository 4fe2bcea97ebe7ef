namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>The last step's result and the times noted, in Unix milliseconds.</summary>
public sealed record MarkedResult(StepResult? Last, IReadOnlyList<long> Marks);
