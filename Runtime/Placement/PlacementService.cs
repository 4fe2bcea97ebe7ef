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
internal sealed class PlacementService(IServiceProvider services, ILocalSiloDetails local, SiloRing ring) : IPlacementContext
{
    public SiloAddress LocalSilo => local.SiloAddress;

    public SiloStatus LocalSiloStatus => ring.Snapshot.GetSiloStatus(local.SiloAddress);

    public SiloAddress[] GetCompatibleSilos(PlacementTarget target) =>
        ring.Silos is { Length: > 0 } silos
            ? [.. silos] : throw new OrleansException($"No silo can host {target.GrainIdentity}.");

    /// <summary>The silo for the target of a call.</summary>
    public ValueTask<SiloAddress> PlaceAsync(Request request, GrainClass grainClass)
    {
        if (grainClass.Placement is null or HashBasedPlacement) return new(ring.OwnerOf(request.Target) ?? local.SiloAddress);
        if (grainClass.Placement is PreferLocalPlacement) return new(local.SiloAddress);
        return DirectAsync(request, grainClass.Placement);
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
