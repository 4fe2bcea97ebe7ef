using System.Net;

namespace Orleans.Configuration;

/// <summary>Where a silo listens.</summary>
public class EndpointOptions
{
    /// <summary>The silo port unless set.</summary>
    public const int DEFAULT_SILO_PORT = 11111;

    /// <summary>The gateway port unless set.</summary>
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address that others connect to; loopback unless set.</summary>
    public IPAddress AdvertisedIPAddress { get; set; } = IPAddress.Loopback;

    /// <summary>Where silos connect.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>Where clients connect; 0 for any free port.</summary>
    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;

    /// <summary>Where to listen for silos, where that is not the advertised endpoint.</summary>
    public IPEndPoint? SiloListeningEndpoint { get; set; }

    /// <summary>Where to listen for clients, where that is not the advertised endpoint.</summary>
    public IPEndPoint? GatewayListeningEndpoint { get; set; }
}
