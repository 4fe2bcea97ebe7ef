using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>A run that recovery has to wake.</summary>
/// <param name="Key">The instance.</param>
/// <param name="State">Its state: runnable, parked or stalled.</param>
/// <param name="WakeAt">When it is due, in answers to a query of due (<see cref="RunState.Parked"/>) runs; else null.</param>
/// <param name="Wakes">How often a silo died in the midst of its code since it last made progress.</param>
/// <param name="Handle">The store's handle; also the cursor within one query.</param>
/// <param name="Detail">
/// <see cref="RunSummary.Detail"/>, in answers to a query of <see cref="RunState.Stalled"/> runs; else null.
/// </param>
public readonly record struct DueRun(
    WorkflowKey Key, RunState State, DateTimeOffset? WakeAt, int Wakes, long Handle, string? Detail = null);
