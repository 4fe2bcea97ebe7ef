using Orleans.Runtime;

namespace Orleans.Placement;

/// <summary>Base of attributes that say how a grain class is placed.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public abstract class PlacementAttribute : Attribute
{
    /// <summary>Places the class by this strategy.</summary>
    protected PlacementAttribute(PlacementStrategy placement)
    {
        ArgumentNullException.ThrowIfNull(placement);
        PlacementStrategy = placement;
    }

    /// <summary>The strategy.</summary>
    public PlacementStrategy PlacementStrategy { get; }
}
