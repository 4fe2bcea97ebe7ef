namespace Orchestration.Grains.Storage;

/// <summary>What became of an append, for certain.</summary>
/// <param name="Outcome">Whether it took place.</param>
/// <param name="Handle">The store's handle of the run, for later calls.</param>
/// <param name="Existing">With <see cref="AppendOutcome.InstanceExists"/>: the instance's latest run.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, long Handle, RunRecord? Existing = null);
