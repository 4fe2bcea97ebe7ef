namespace Orleans.Runtime;

/// <summary>Placement on the silo that calls first, if it may host the grain.</summary>
[Immutable]
public sealed class PreferLocalPlacement : PlacementStrategy;
