namespace Orchestration.Grains.Kernel.History;

/// <summary>
/// A persisted fact of one run. Its sequence number is its place in the history, from 1. <c>Apply(event)</c> is the only way in which
/// a run's state changes, live and on replay.
/// </summary>
public abstract record HistoryEvent
{
    /// <summary>When it happened: never before the event before it, whole milliseconds, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
