namespace Orchestration.Grains.Storage;

/// <summary>Asks for runs to be woken, of one shard and one state, in order of due time and handle.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="State"><see cref="RunState.Runnable"/>, <see cref="RunState.Parked"/> (those due up to <paramref name="Until"/>) or <see cref="RunState.Stalled"/>.</param>
/// <param name="Until">The latest due time wanted, of parked runs.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="After">The last one of the page before.</param>
public readonly record struct DueQuery(int Shard, RunState State, DateTimeOffset Until, int Limit, DueRun? After = null);
