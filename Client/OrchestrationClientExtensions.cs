using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
#if ORLEANS
using Orleans.Configuration;
#endif

namespace Orchestration.Client;

/// <summary>Registers the client with dependency injection.</summary>
public static class OrchestrationClientExtensions
{
    /// <summary>
    /// Registers <see cref="IWorkflowClient"/>, made over the host's <see cref="IGrainFactory"/>: that of an outside client
    /// (<c>UseOrleansClient</c>) or of the silo in this process (<c>UseOrleans</c>). May be called again to configure more.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    public static IServiceCollection AddOrchestrationClient(
        this IServiceCollection services, Action<WorkflowClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<WorkflowClientOptions>();
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton<IWorkflowClient>(static provider => new WorkflowClient(
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<IOptions<WorkflowClientOptions>>().Value,
            provider.GetService<TimeProvider>(),
            provider.GetService<GatewayLosses>()));
#if ORLEANS
        services.TryAddSingleton(
            static provider => new GatewayLosses(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IClusterConnectionStatusObserver, OrleansGatewayLosses>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<ILifecycleParticipant<IClusterClientLifecycle>, OrleansSiloLosses>());
        services.PostConfigure<TypeManagementOptions>(static types =>
        {
            if (types.TypeMapRefreshInterval == TypeManagementOptions.DEFAULT_REFRESH_CLUSTER_INTERFACEMAP_TIME)
                types.TypeMapRefreshInterval = OrleansSiloLosses.RefreshInterval;
        });
#endif
        return services;
    }
}
