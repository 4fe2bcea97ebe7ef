using System.Globalization;
using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// What an activation tells its instance's shard, which is to wake it again (invariants 9 and 10): what only memory knew of goes
/// to where it is found. Without a state of its own.
/// </summary>
internal sealed class ShardNotes(IGrainFactory grains, RunWriter writer, StartGate starts, ClusterView cluster)
{
    /// <summary>
    /// Whether a shard is there to be told. The last silo to go takes all shards with it; what a leaver hands over to others is
    /// not to wait until they look again.
    /// </summary>
    public bool HasShards => !starts.Closed || cluster.OtherActiveSilos.Length > 0;

    /// <summary>Has the instance woken though the store does not have it as parked: a look there passes it over.</summary>
    public Task AskToBeWokenAsync(WorkflowKey key, DateTimeOffset at) => NoteAsync(key, at, isOnlyHere: true);

    /// <summary>Has the instance woken at its time.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="at">When.</param>
    /// <param name="isOnlyHere">Whether the store does not have it as parked.</param>
    public Task NoteAsync(WorkflowKey key, DateTimeOffset at, bool isOnlyHere)
    {
        var shard = writer.ShardOf(key).ToString(CultureInfo.InvariantCulture);
        return grains.GetGrain<IShardGrain>(shard).NoteAsync([new DueNote(key.ToGrainKey(), at, isOnlyHere)]);
    }
}
