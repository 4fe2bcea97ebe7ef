using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Kernel;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Grains.Placement;

/// <summary>Registers what places grains and attempts.</summary>
internal static class PlacementServices
{
    /// <summary>Adds silo-bound placement and the choice of hosts for attempts. Needs the activity services.</summary>
    public static IServiceCollection AddPlacement(this IServiceCollection services)
    {
        services.AddPlacementDirector<SiloBoundPlacement, SiloBoundPlacementDirector>();
        services.AddPlacementDirector<ShardPlacement, ShardPlacementDirector>();
        services.AddSingleton<ShardOwners>();
        services.AddSingleton<ClusterView>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static s => s.GetRequiredService<ClusterView>());
        services.AddSingleton<ClusterCode>();
        services.AddSingleton<HostWatch>();
        services.AddSingleton<HostLoads>();
        services.AddSingleton<IActivityPlacement>(static s => new ActivityPlacement(
            s.GetRequiredService<ClusterView>(), s.GetRequiredService<ActivityHost>(), s.GetRequiredService<HostLoads>(),
            s.GetRequiredService<ActivityHost>().Has, s.GetRequiredService<ClusterCode>().IsKnownToLack));
        return services;
    }
}
