using Orleans.Placement;

namespace Orchestration.Grains.Placement;

/// <summary>
/// Marks a grain class whose key is a silo's address with its generation: the grain lives on that silo. Calls to one whose silo
/// is gone fail with <see cref="Orleans.Runtime.SiloUnavailableException"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SiloBoundPlacementAttribute() : PlacementAttribute(new SiloBoundPlacement());
