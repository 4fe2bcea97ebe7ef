using Orleans.Runtime;

namespace Orleans.Placement;

/// <summary>Places the class by hash, which is also what a class without a placement attribute gets.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class HashBasedPlacementAttribute() : PlacementAttribute(new HashBasedPlacement());
