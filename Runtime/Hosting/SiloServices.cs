using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Peers;
using Orchestration.Runtime.Placement;
using Orchestration.Runtime.References;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Timers;
using Orchestration.Runtime.Transport;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orchestration.Runtime.Hosting;

/// <summary>
/// Registers what a silo is made of. What a simulation or a cluster replaces is registered only where nothing is yet.
/// </summary>
internal static class SiloServices
{
    public static void Add(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(static service => service.ServiceType == typeof(ReferenceFactory)))
            throw new InvalidOperationException("The host is a silo or a client already.");
        services.AddOptions();
        services.AddLogging();
        services.AddMetrics();
        AddSeams(services);
        AddCalls(services);
        AddActivations(services);
        WireServices.AddSilo(services);
        services.TryAddSingleton(static provider => new WireSerializer(services: provider));
        services.AddSingleton<SiloLifecycle>();
        services.AddSingleton<ISiloLifecycle>(static provider => provider.GetRequiredService<SiloLifecycle>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloStages>();
        services.AddSingleton<IHostedService, SiloHostedService>();
    }

    private static void AddSeams(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITurnDispatcher, ThreadPoolDispatcher>();
        services.TryAddSingleton<IMemoryGauge, ProcessMemoryGauge>();
        services.TryAddSingleton<ILocalSiloDetails>(static provider => new LocalSiloDetails(
            provider.GetRequiredService<IOptions<SiloOptions>>(), provider.GetRequiredService<IOptions<ClusterOptions>>(),
            provider.GetRequiredService<IOptions<EndpointOptions>>(), provider.GetRequiredService<TimeProvider>(),
            IsClustered(provider) ? provider.GetRequiredService<WireTransport>().Listeners as IPortAllocator : null));
        services.AddSingleton<SiloFence>();
        services.AddSingleton(static provider => new SiloDispatcher(IsClustered(provider)
            ? provider.GetRequiredService<SiloFence>() : provider.GetRequiredService<ITurnDispatcher>()));
        services.AddSingleton<SingleSiloMembership>();
        services.AddSingleton<ClusterMembership>();
        services.AddSingleton<NoPeers>();
        services.AddSingleton<SiloPeers>();
        services.TryAddSingleton<IMembershipPeers>(static provider => provider.GetRequiredService<SiloPeers>());
        services.TryAddSingleton<ILocalMembership>(static provider => IsClustered(provider)
            ? provider.GetRequiredService<ClusterMembership>() : provider.GetRequiredService<SingleSiloMembership>());
        services.TryAddSingleton<IClusterMembershipService>(static provider => provider.GetRequiredService<ILocalMembership>());
        services.TryAddSingleton<ISiloPeers>(static provider => IsClustered(provider)
            ? provider.GetRequiredService<SiloPeers>() : provider.GetRequiredService<NoPeers>());
        services.TryAddSingleton<IFatalErrorHandler, FatalErrorHandler>();
        services.AddSingleton<IConfigureOptions<PeerOptions>>(static provider => new ConfigureOptions<PeerOptions>(options =>
            options.ClusterSecret = provider.GetService<IConfiguration>()?[PeerOptions.ClusterSecretKey] ?? ""));
    }

    // A table to share makes a silo one of several.
    private static bool IsClustered(IServiceProvider provider) => provider.GetService<IMembershipTable>() is not null;

    private static void AddCalls(IServiceCollection services)
    {
        services.AddSingleton(static provider => new PendingCalls(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<SiloMessagingOptions>>().Value.ResponseTimeout));
        services.AddSingleton(static provider => new ReferenceRuntime(
            provider.GetRequiredService<PendingCalls>(),
            new ValueCopier(
                provider.GetRequiredService<WireSerializer>(),
                provider.GetRequiredService<IOptions<RuntimeTestOptions>>().Value.SerializeLocalCalls),
            provider.GetRequiredService<IRequestRouter>,
            copiesArguments: true));
        services.AddSingleton<ReferenceFactory>();
        services.AddSingleton<IClusterClient>(static provider => provider.GetRequiredService<ReferenceFactory>());
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<ReferenceFactory>());
        services.AddSingleton<SiloRing>();
        services.AddSingleton<PlacementHints>();
        services.AddSingleton<PlacementService>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RingHandover>();
        services.AddSingleton<SiloRouter>();
        services.AddSingleton<IRequestRouter>(static provider => provider.GetRequiredService<SiloRouter>());
        services.AddSingleton<IRequestReceiver>(static provider => provider.GetRequiredService<SiloRouter>());
    }

    private static void AddActivations(IServiceCollection services)
    {
        services.AddSingleton<RuntimeInstruments>();
        services.AddSingleton<GrainClassRegistry>();
        services.AddSingleton<IGrainTypeResolver>(static provider => provider.GetRequiredService<GrainClassRegistry>());
        services.AddSingleton<ITimerRegistry, TimerRegistry>();
        services.AddSingleton<SiloRuntime>();
        services.AddSingleton<IGrainRuntime>(static provider => provider.GetRequiredService<SiloRuntime>());
        services.AddSingleton<ActivationCatalog>();
        services.AddSingleton<ActivationCollector>();
        services.AddSingleton<TurnWatchdog>();
    }
}
