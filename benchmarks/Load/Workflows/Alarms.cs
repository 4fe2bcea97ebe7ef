namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>Timers that are due together.</summary>
/// <param name="DueMs">When, in Unix milliseconds.</param>
/// <param name="Count">How many.</param>
public sealed record Alarms(long DueMs, int Count);
