using Orleans.Placement;

namespace Orchestration.Grains.Placement;

/// <summary>Marks the grain class of shards, whose keys are their numbers.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacement());
