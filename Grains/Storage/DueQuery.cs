namespace Orchestration.Grains.Storage;

/// <summary>Asks for runs to be woken, of one shard and one kind, in order of due time and handle.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="State">
/// <see cref="RunState.Runnable"/>: those in that state. <see cref="RunState.Stalled"/>: those in that state.
/// <see cref="RunState.Parked"/>: those that are open and whose <see cref="RunSummary.WakeAt"/> is at most
/// <paramref name="Until"/> (a runnable run that left memory has its next timer there, a stalled one its deadline).
/// </param>
/// <param name="Until">The latest due time wanted, to the millisecond; only for <see cref="RunState.Parked"/>.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="After">The last one of the page before.</param>
public readonly record struct DueQuery(int Shard, RunState State, DateTimeOffset Until, int Limit, DueRun? After = null);
