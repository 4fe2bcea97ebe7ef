using Orleans.Runtime;

namespace Orchestration.Grains.Placement;

/// <summary>
/// Places a shard on the silo in full service that all who see the same membership name for it, so that each silo knows by itself
/// which shards are its own.
/// </summary>
[Orleans.Immutable]
public sealed class ShardPlacement : PlacementStrategy;
