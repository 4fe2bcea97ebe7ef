using Orleans.Runtime;

namespace Orleans.Placement;

/// <summary>Places the class where it is first called from.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class PreferLocalPlacementAttribute() : PlacementAttribute(new PreferLocalPlacement());
