using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>
/// What the store knows of a run without reading its history. Written by the append that changes it, and only then.
/// </summary>
/// <param name="Status">Where the run stands, as lists show it.</param>
/// <param name="State">What recovery has to do for it.</param>
/// <param name="WakeAt">The earliest timer, timeout or retry of a parked run, or the deadline of a stalled one; null = it waits
/// for a message. Milliseconds.</param>
/// <param name="ClosedAt">When it ended; null while it is open.</param>
/// <param name="Detail">Why a run is stalled, or on its way to a silo whose code may fit it (JSON); else null.</param>
public sealed record RunSummary(WorkflowStatus Status, RunState State, DateTimeOffset? WakeAt, DateTimeOffset? ClosedAt = null,
    string? Detail = null);
