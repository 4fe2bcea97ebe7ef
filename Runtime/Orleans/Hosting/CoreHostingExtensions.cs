using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>Ready-made set-ups of a silo.</summary>
public static class CoreHostingExtensions
{
    /// <summary>One silo on the loopback interface; for development and for a machine of its own.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="siloPort">Where silos connect.</param>
    /// <param name="gatewayPort">Where clients connect; 0 for any free port.</param>
    /// <param name="primarySiloEndpoint">The first silo, when this is a further one.</param>
    /// <param name="serviceId">The application's id.</param>
    /// <param name="clusterId">The cluster's id.</param>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder, int siloPort = EndpointOptions.DEFAULT_SILO_PORT,
            int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT,
        IPEndPoint? primarySiloEndpoint = null, string serviceId = "dev", string clusterId = "dev")
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (primarySiloEndpoint is not null && !primarySiloEndpoint.Equals(new IPEndPoint(IPAddress.Loopback, siloPort)))
            throw new NotSupportedException("This runtime hosts one silo; it cannot join another.");
        builder.Services.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });
        builder.Services.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = serviceId;
            options.ClusterId = clusterId;
        });
        return builder;
    }
}
