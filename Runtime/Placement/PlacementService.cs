using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Messaging;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orchestration.Runtime.Placement;

/// <summary>
/// Says on which silo a grain without an activation here belongs: by its hash on the ring of live silos, or where the director of
/// its class's strategy says. Thread-safe.
/// </summary>
internal sealed class PlacementService(IServiceProvider services, ILocalSiloDetails local, SiloRing ring, PlacementHints hints)
    : IPlacementContext
{
    public SiloAddress LocalSilo => local.SiloAddress;

    public SiloStatus LocalSiloStatus => ring.Snapshot.GetSiloStatus(local.SiloAddress);

    public SiloAddress[] GetCompatibleSilos(PlacementTarget target) =>
        ring.Silos is { Length: > 0 } silos
            ? [.. silos] : throw new OrleansException($"No silo can host {target.GrainIdentity}.");

    /// <summary>Whether a silo owns a grain's hash.</summary>
    public bool Owns(SiloAddress silo, GrainId grain) => silo.Equals(ring.OwnerOf(grain));

    /// <summary>The owner of a grain's hash; null where no silo is live.</summary>
    public SiloAddress? OwnerOf(GrainId grain) => ring.OwnerOf(grain);

    /// <summary>The silo for the target of a call.</summary>
    public ValueTask<SiloAddress> PlaceAsync(Request request, GrainClass grainClass)
    {
        if (grainClass.Placement is null or HashBasedPlacement) return new(ByHash(request));
        if (grainClass.Placement is PreferLocalPlacement) return new(local.SiloAddress);
        return DirectAsync(request, grainClass.Placement);
    }

    // By the ring, but for grains that were moved or that the call would have elsewhere: only their owner on the ring says so, so
    // that all calls go to the same place.
    private SiloAddress ByHash(Request request)
    {
        var owner = ring.OwnerOf(request.Target) ?? local.SiloAddress;

        // Only the owner knows where the grain is, be it that this silo once was and has an old hint. A call that an owner has
        // passed on goes on from here where the grain has moved once more.
        if (!owner.Equals(local.SiloAddress))
        {
            if (!request.IsPinned) return owner;
        }
        else
        {
            var hint = hints.HintOf(request.Context);
            if (request.IsPinned || owner.Equals(hint)) hints.Forget(request.Target);
            else if (hint is not null) hints.Set(request.Target, hint);
        }

        if (!hints.IsUnused && hints.TryGet(request.Target, out var moved))
        {
            request.IsPinned = true;
            return moved;
        }

        return request.IsPinned ? local.SiloAddress : owner;
    }

    private async ValueTask<SiloAddress> DirectAsync(Request request, PlacementStrategy strategy)
    {
        var director = services.GetKeyedService<IPlacementDirector>(strategy.GetType())
            ?? throw new OrleansConfigurationException($"No placement director is registered for {strategy.GetType()}.");
        var target = new PlacementTarget(
            request.Target, request.Context is { } context
                ? new(context) : [], request.Method.Interface.InterfaceType, interfaceVersion: 0);
        return await director.OnAddActivation(strategy, target, this)
            ?? throw new OrleansException($"{director.GetType()} placed {request.Target} nowhere.");
    }
}
