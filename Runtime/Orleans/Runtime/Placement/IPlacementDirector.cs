namespace Orleans.Runtime.Placement;

/// <summary>Chooses the silo of a new activation. Thread-safe.</summary>
public interface IPlacementDirector
{
    /// <summary>The name under which a caller's request context may carry the silo that it would prefer.</summary>
    public const string PlacementHintKey = nameof(PlacementHintKey);

    /// <summary>The caller's preferred silo, if it set one that may host the grain.</summary>
    public static SiloAddress? GetPlacementHint(Dictionary<string, object> requestContextData, SiloAddress[] compatibleSilos) =>
        requestContextData is not null
        && requestContextData.TryGetValue(PlacementHintKey, out var value)
        && value is SiloAddress hint
        && compatibleSilos.Contains(hint)
            ? hint
            : null;

    /// <summary>The silo on which the grain is to be activated.</summary>
    /// <param name="strategy">The strategy of the grain's class.</param>
    /// <param name="target">What is to be placed, for which call.</param>
    /// <param name="context">The silos to choose from.</param>
    Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context);
}
