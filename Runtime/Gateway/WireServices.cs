using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;
using Orchestration.Runtime.Transport.Tls;
using Orleans;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>Registers what serialises values and carries messages between processes.</summary>
internal static class WireServices
{
    public static void AddSilo(IServiceCollection services)
    {
        AddCommon(services);
        services.AddSingleton(static provider => new GatewayListener(
            provider.GetRequiredService<WireTransport>().Listeners,
            provider.GetRequiredService<WireSerializer>(),
            provider.GetRequiredService<IRequestReceiver>(),
            provider.GetRequiredService<PendingCalls>(),
            provider.GetRequiredService<TransportOptions>(),
            IdentityOf(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<GatewayListener>>(),
            provider.GetRequiredService<SiloFence>(),
            provider.GetService<TlsLayer>()));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, GatewayService>();
    }

    public static void AddClient(IServiceCollection services)
    {
        AddCommon(services);
        services.AddSingleton(static provider =>
        {
            var cluster = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
            return new ClientRouter(
                provider.GetRequiredService<WireTransport>().Connections,
                provider.GetRequiredService<WireSerializer>(),
                provider.GetRequiredService<TransportOptions>(),
                new Hello
                {
                    ClusterId = cluster.ClusterId,
                    ServiceId = cluster.ServiceId,
                    Name = $"{Environment.MachineName}:{Environment.ProcessId}",
                },
                provider.GetRequiredService<IOptions<ClientMessagingOptions>>().Value.ResponseTimeout,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<ClientRouter>>(),
                provider.GetService<TlsLayer>());
        });
        services.AddSingleton<IRequestRouter>(static provider => provider.GetRequiredService<ClientRouter>());
        services.AddSingleton<IGrainTypeResolver>(static provider => provider.GetRequiredService<ClientRouter>());
        services.AddSingleton<IHostedService>(static provider => new ClientConnector(
            provider.GetRequiredService<ClientRouter>(),
            provider.GetService<IGatewayListProvider>()
                ?? (provider.GetService<IMembershipTable>() is { } table ? new MembershipGatewayListProvider(table) : null),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ClientConnector>>(),
            provider.GetService<IClientConnectionRetryFilter>()));
    }

    private static void AddCommon(IServiceCollection services)
    {
        services.TryAddSingleton(static provider => new WireSerializer(services: provider));
        services.TryAddSingleton<TransportOptions>();
        services.TryAddSingleton(static provider => new SocketTransport(provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(static provider =>
        {
            var sockets = provider.GetRequiredService<SocketTransport>();
            return new WireTransport(sockets, sockets);
        });
    }

    private static GatewayIdentity IdentityOf(IServiceProvider provider)
    {
        var cluster = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var classes = provider.GetRequiredService<GrainClassRegistry>();
        var silo = provider.GetRequiredService<ILocalSiloDetails>();
        return new GatewayIdentity(
            cluster.ClusterId, cluster.ServiceId, silo.Name, silo.SiloAddress, () =>
            [
                .. classes.Manifest.Entries.Select(
                    static entry => new ManifestLine(entry.GrainType, entry.ClassName, entry.Interfaces)),
            ]);
    }
}
