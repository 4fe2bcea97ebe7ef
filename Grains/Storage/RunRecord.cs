namespace Orchestration.Grains.Storage;

/// <summary>A run as the store lists it.</summary>
/// <param name="Key">The run.</param>
/// <param name="Handle">The store's handle of it.</param>
/// <param name="WorkflowType">Its workflow type.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Summary">Its summary.</param>
/// <param name="Wakes">How often a silo died in the midst of its code since it last made progress.</param>
public sealed record RunRecord(StoreKey Key, long Handle, string WorkflowType, DateTimeOffset StartedAt, RunSummary Summary,
    int Wakes);
