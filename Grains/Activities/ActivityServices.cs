using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Activities.Remote;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Placement;
using Orchestration.Workflows;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Activities;

/// <summary>Registers what runs activities.</summary>
internal static class ActivityServices
{
    /// <summary>Adds the silo's <see cref="ActivityHost"/> and the way to those of other silos.</summary>
    public static IServiceCollection AddActivities(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static s => new ActivityCatalog(
            s.GetRequiredService<IOptions<OrchestrationOptions>>().Value.ActivityTypes,
                s.GetService<IServiceProviderIsService>()));
        services.AddSingleton<ActivityInstruments>();
        services.AddSingleton(static s => new RemoteAttempts
        {
            LeaseTime = s.GetRequiredService<IOptions<OrchestrationOptions>>().Value.RemoteLease,
        });
        services.AddSingleton(static s => new RemoteWork(
            s.GetRequiredService<RemoteAttempts>(), s.GetRequiredService<ClusterView>(), s.GetRequiredService<IGrainFactory>(),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<RemoteWork>>()));
        services.AddSingleton<ActivityHost>();
        services.AddSingleton<ActivityDispatcher>();
        services.AddSingleton<IActivityDispatcher>(static s => s.GetRequiredService<ActivityDispatcher>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ActivityHostLifecycle>();
        services.AddSingleton<IHostedService, ActivityHostDrain>();
        services.TryAddScoped(static _ => ActivityContext.Current);
        return services;
    }
}
