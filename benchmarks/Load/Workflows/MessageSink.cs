namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>What a <see cref="MessageSinkWorkflow"/> has taken, carried from run to run.</summary>
/// <param name="Last">Each caller's last number.</param>
/// <param name="Taken">How many messages.</param>
/// <param name="Misplaced">How many were not their caller's next one: lost, doubled or out of order.</param>
/// <param name="Runs">How many runs it took.</param>
public sealed record MessageSink(long[] Last, long Taken, long Misplaced, int Runs);
