using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>Sets where a silo listens.</summary>
public static class EndpointOptionsExtensions
{
    /// <summary>Sets the address that the silo is known by and its ports.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="advertisedIP">The address that others connect to.</param>
    /// <param name="siloPort">Where silos connect.</param>
    /// <param name="gatewayPort">Where clients connect; 0 for any free port.</param>
    /// <param name="listenOnAnyHostAddress">Whether to listen on all of the machine's addresses.</param>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, IPAddress advertisedIP, int siloPort, int gatewayPort, bool listenOnAnyHostAddress = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = advertisedIP;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
            if (!listenOnAnyHostAddress) return;
            options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, siloPort);
            options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Any, gatewayPort);
        });
        return builder;
    }
}
