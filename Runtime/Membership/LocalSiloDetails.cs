using System.Net;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Transport;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>This silo's name and addresses, settled when it is built, but for a gateway port that is any free one.</summary>
internal sealed class LocalSiloDetails : ILocalSiloDetails
{
    public LocalSiloDetails(IOptions<SiloOptions> silo, IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoints,
        TimeProvider time, IPortAllocator? ports = null)
    {
        ClusterId = cluster.Value.ClusterId;
        DnsHostName = Dns.GetHostName();
        Name = string.IsNullOrEmpty(silo.Value.SiloName) ? $"{DnsHostName}-{Environment.ProcessId}" : silo.Value.SiloName;
        var endpoint = endpoints.Value;

        var generation = SiloAddress.AllocateNewGeneration(time.GetUtcNow());
        SiloAddress = SiloAddress.New(
            endpoint.AdvertisedIPAddress, PortOf(endpoint.SiloPort, endpoint.SiloListeningEndpoint), generation);
        GatewayAddress = SiloAddress.New(
            endpoint.AdvertisedIPAddress, PortOf(endpoint.GatewayPort, endpoint.GatewayListeningEndpoint), generation);

        // A silo among others is known by its ports from the first, so one that may be any must be chosen now.
        int PortOf(int port, IPEndPoint? listening) =>
            port == 0 && ports is not null ? ports.Allocate(listening?.Address ?? endpoint.AdvertisedIPAddress) : port;
    }

    public string Name { get; }

    public string ClusterId { get; }

    public string DnsHostName { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress { get; private set; }

    /// <summary>Tells which port the gateway was given when it was free to take any.</summary>
    public void GatewayBound(int port) =>
        GatewayAddress = SiloAddress.New(GatewayAddress.Endpoint.Address, port, GatewayAddress.Generation);
}
