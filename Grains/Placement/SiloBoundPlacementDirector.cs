using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orchestration.Grains.Placement;

/// <summary>
/// Finds the silo that a grain's key names. A silo that is leaving still answers for what it holds; one that is gone never does.
/// </summary>
internal sealed class SiloBoundPlacementDirector(IClusterMembershipService membership) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var key = target.GrainIdentity.Key.ToString();
        if (!SiloKey.TryParse(key, out var silo))
            throw new SiloUnavailableException(
                $"'{key}' names no silo, so {target.GrainIdentity} cannot be placed: the key is address:port@generation.");
        if (silo.Equals(context.LocalSilo)) return Task.FromResult(silo);
        return membership.CurrentSnapshot.GetSiloStatus(silo) switch
        {
            SiloStatus.Dead => throw Gone(silo, target),
            SiloStatus.None => RefreshedAsync(silo, target),
            _ => Task.FromResult(silo),
        };
    }

    // A silo this one has not heard of may just have joined: the table is asked before it is said to be gone.
    private async Task<SiloAddress> RefreshedAsync(SiloAddress silo, PlacementTarget target)
    {
        await membership.Refresh();
        return membership.CurrentSnapshot.GetSiloStatus(silo) is SiloStatus.Dead or SiloStatus.None
            ? throw Gone(silo, target) : silo;
    }

    private static SiloUnavailableException Gone(SiloAddress silo, PlacementTarget target) =>
        new($"The silo {SiloKey.Of(silo)} is not a member of the cluster any more, so {target.GrainIdentity} is gone with it.");
}
