namespace Orleans.Runtime;

/// <summary>
/// Names a way of placing activations; an <see cref="Placement.IPlacementDirector"/> registered for its type carries it out.
/// </summary>
public abstract class PlacementStrategy
{
    /// <summary>Whether where an activation is must be looked up rather than computed.</summary>
    public virtual bool IsUsingGrainDirectory => true;
}
