using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Messaging;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Orchestration.Runtime.Gateway;

/// <summary>Connects a client when its host starts, keeps it connected, and closes its connections when the host stops.</summary>
internal sealed class ClientConnector(
    ClientRouter router, IGatewayListProvider? gateways = null, IClientConnectionRetryFilter? retryFilter = null)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var list = gateways ?? throw new OrleansConfigurationException(
            "The client is not told where the cluster is: call UseLocalhostClustering or UseStaticClustering.");
        await list.InitializeGatewayListProvider();
        var uris = await list.GetGateways();
        if (uris.Count == 0) throw new OrleansConfigurationException("The client's list of gateways is empty.");
        ImmutableArray<GatewayLink> links = [.. uris.Select(uri => new GatewayLink(GatewayUri.EndPointOf(uri), router))];
        router.SetLinks(links);
        _running = Task.WhenAll(links.Select(link => link.RunAsync(_stopping.Token)));
        try
        {
            await ConnectAsync(cancellationToken);
        }
        catch
        {
            await StopAsync(CancellationToken.None);
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped) return;
        _stopped = true;
        await _stopping.CancelAsync();
        await router.CloseAsync(s_patience);
        await _running;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task ConnectAsync(CancellationToken cancel)
    {
        while (await router.WhenDecidedAsync(cancel) is [var failure, ..])
        {
            // The links go on trying meanwhile; a filter that waits may find the client connected.
            if (retryFilter is null || !await retryFilter.ShouldRetryConnectionAttempt(failure, cancel))
                throw StartFailed(failure);
            router.ForgetFailures();
        }
    }

    private static Exception StartFailed(Exception failure) => failure is OrleansConfigurationException
        ? new OrleansConfigurationException(failure.Message, failure)
        : new ConnectionFailedException($"No gateway could be connected with. {failure.Message}", failure);
}
