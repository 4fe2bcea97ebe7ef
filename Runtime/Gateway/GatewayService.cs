using System.Net;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Membership;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// Opens the gateway last when a silo starts. When it stops, the gateway is the first to refuse and the last to close: meanwhile
/// the grains finish what they do, and their answers still flow.
/// </summary>
internal sealed class GatewayService(GatewayListener listener, IOptions<EndpointOptions> endpoints, ILocalSiloDetails local)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe<GatewayService>(
            ServiceLifecycleStage.RuntimeServices, static _ => Task.CompletedTask, _ => listener.StopAsync(s_patience));
        lifecycle.Subscribe<GatewayService>(
            ServiceLifecycleStage.Active, StartAsync, _ => listener.RetireAsync());
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        await listener.StartAsync(EndPoint, cancel);
        if (local is LocalSiloDetails details && listener.EndPoint is { } bound) details.GatewayBound(bound.Port);
    }

    private IPEndPoint EndPoint => endpoints.Value.GatewayListeningEndpoint is { Port: not 0 } set
        ? set
        : new IPEndPoint(
            endpoints.Value.GatewayListeningEndpoint?.Address ?? endpoints.Value.AdvertisedIPAddress,
            local.GatewayAddress.Endpoint.Port);
}
