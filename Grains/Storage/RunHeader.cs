namespace Orchestration.Grains.Storage;

/// <summary>What is fixed for a run and written by its first append.</summary>
/// <param name="WorkflowType">The workflow type's name.</param>
/// <param name="Shard">The instance's shard.</param>
/// <param name="StartedAt">When it started. Milliseconds.</param>
/// <param name="Previous">The run of the same instance that must be the latest one and have ended
/// (<see cref="RunSummary.ClosedAt"/> is set); where it is not <see cref="RunState.Closed"/> yet, the same write makes it so,
/// since the
/// new run takes over what it owed. Null: the instance must have no run at all.</param>
public sealed record RunHeader(string WorkflowType, int Shard, DateTimeOffset StartedAt, Orchestration.Workflows.RunId? Previous);
