namespace Orleans.Runtime.Placement;

/// <summary>What a placement director can ask.</summary>
public interface IPlacementContext
{
    /// <summary>This silo.</summary>
    SiloAddress LocalSilo { get; }

    /// <summary>The state of this silo.</summary>
    SiloStatus LocalSiloStatus { get; }

    /// <summary>The live silos that can host the grain; never empty.</summary>
    /// <exception cref="OrleansException">There is none.</exception>
    SiloAddress[] GetCompatibleSilos(PlacementTarget target);
}
