namespace Orchestration.Client;

/// <summary>One event of a run's history.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Type">Its alias, such as <c>activity-scheduled</c>.</param>
/// <param name="Time">The event time: it never runs backward within a run.</param>
/// <param name="Json">The whole event as stored.</param>
public sealed record HistoryEntry(long Sequence, string Type, DateTimeOffset Time, string Json);
