namespace Orleans.Runtime;

/// <summary>Placement by the grain id's hash among the live silos.</summary>
[Immutable]
public sealed class HashBasedPlacement : PlacementStrategy;
