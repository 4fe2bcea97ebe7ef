namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>An activity's result: about 100 bytes of JSON.</summary>
public sealed record StepResult(int Step, bool Ok, string Note);
