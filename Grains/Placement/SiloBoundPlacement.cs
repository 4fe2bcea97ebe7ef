using Orleans.Runtime;

namespace Orchestration.Grains.Placement;

/// <summary>Places a grain on the silo that its key names (see <see cref="SiloKey"/>), or nowhere.</summary>
[Orleans.Immutable]
public sealed class SiloBoundPlacement : PlacementStrategy;
