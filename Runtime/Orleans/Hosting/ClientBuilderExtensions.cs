using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Gateway;
using Orleans.Configuration;
using Orleans.Messaging;

namespace Orleans.Hosting;

/// <summary>Sets up a client in a process of its own.</summary>
public static class ClientBuilderExtensions
{
    /// <summary>Adds services to the host.</summary>
    public static IClientBuilder ConfigureServices(this IClientBuilder builder, Action<IServiceCollection> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        configureDelegate(builder.Services);
        return builder;
    }

    /// <summary>Sets options of the client.</summary>
    public static IClientBuilder Configure<TOptions>(this IClientBuilder builder, Action<TOptions> configureOptions)
        where TOptions : class =>
        builder.ConfigureServices(services => services.Configure(configureOptions));

    /// <summary>
    /// Lets <paramref name="connectionRetryFilter"/> decide whether the client tries again when it cannot connect at its start.
    /// Without a filter the start fails. Once connected, a client reconnects by itself in any case.
    /// </summary>
    public static IClientBuilder UseConnectionRetryFilter(
        this IClientBuilder builder, Func<Exception, CancellationToken, Task<bool>> connectionRetryFilter)
    {
        ArgumentNullException.ThrowIfNull(connectionRetryFilter);
        return builder.UseConnectionRetryFilter(new DelegateRetryFilter(connectionRetryFilter));
    }

    /// <inheritdoc cref="UseConnectionRetryFilter(IClientBuilder, Func{Exception, CancellationToken, Task{bool}})"/>
    public static IClientBuilder UseConnectionRetryFilter(
        this IClientBuilder builder, IClientConnectionRetryFilter connectionRetryFilter) =>
        builder.ConfigureServices(services => services.AddSingleton(connectionRetryFilter));

    /// <summary>Connects to the gateway of a silo on this machine.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="gatewayPort">The silo's gateway port.</param>
    /// <param name="serviceId">The application's id, which must be the silo's.</param>
    /// <param name="clusterId">The cluster's id, which must be the silo's.</param>
    public static IClientBuilder UseLocalhostClustering(
        this IClientBuilder builder, int gatewayPort = 30000, string serviceId = "dev", string clusterId = "dev") =>
        builder.UseLocalhostClustering([gatewayPort], serviceId, clusterId);

    /// <summary>Connects to the gateways of silos on this machine.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="gatewayPorts">The silos' gateway ports.</param>
    /// <param name="serviceId">The application's id, which must be the silos'.</param>
    /// <param name="clusterId">The cluster's id, which must be the silos'.</param>
    public static IClientBuilder UseLocalhostClustering(
        this IClientBuilder builder, int[] gatewayPorts, string serviceId = "dev", string clusterId = "dev")
    {
        ArgumentNullException.ThrowIfNull(gatewayPorts);
        return builder
            .UseStaticClustering([.. gatewayPorts.Select(static port => new IPEndPoint(IPAddress.Loopback, port))])
            .Configure<ClusterOptions>(options =>
            {
                options.ServiceId = serviceId;
                options.ClusterId = clusterId;
            });
    }

    /// <summary>
    /// Connects to these gateways. The cluster's and the service's ids are set with <see cref="ClusterOptions"/>.
    /// </summary>
    public static IClientBuilder UseStaticClustering(this IClientBuilder builder, params IPEndPoint[] endpoints) =>
        builder.UseStaticClustering(options => options.Gateways = [.. endpoints.Select(GatewayUri.Of)]);

    /// <inheritdoc cref="UseStaticClustering(IClientBuilder, IPEndPoint[])"/>
    public static IClientBuilder UseStaticClustering(
        this IClientBuilder builder, Action<StaticGatewayListProviderOptions> configureOptions) =>
        builder.ConfigureServices(services =>
        {
            services.Configure(configureOptions);
            services.AddSingleton<IGatewayListProvider, StaticGatewayListProvider>();
        });

    private sealed class DelegateRetryFilter(Func<Exception, CancellationToken, Task<bool>> filter) : IClientConnectionRetryFilter
    {
        public Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken) =>
            filter(exception, cancellationToken);
    }
}
