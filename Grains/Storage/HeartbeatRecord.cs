using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>The details that an attempt left with its latest heartbeat.</summary>
/// <param name="Command">The activity's command number.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Details">The details.</param>
public sealed record HeartbeatRecord(long Command, int Attempt, Payload Details);
