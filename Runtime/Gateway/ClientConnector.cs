using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Messaging;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// Connects a client when its host starts, with all gateways there are, follows their list, and closes the connections when the
/// host stops.
/// </summary>
internal sealed partial class ClientConnector(
    ClientRouter router, IGatewayListProvider? gateways, TimeProvider time, ILogger<ClientConnector> logger,
    IClientConnectionRetryFilter? retryFilter = null)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<IPEndPoint, Running> _links = [];
    private Task _following = Task.CompletedTask;
    private bool _stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var list = gateways ?? throw new OrleansConfigurationException(
            "The client is not told where the cluster is: call UseLocalhostClustering or UseStaticClustering.");
        await list.InitializeGatewayListProvider();
        if (await UpdateAsync(list) == 0) throw new OrleansConfigurationException("The client's list of gateways is empty.");
        try
        {
            await ConnectAsync(cancellationToken);
        }
        catch
        {
            await StopAsync(CancellationToken.None);
            throw;
        }

        if (list.IsUpdatable) _following = FollowAsync(list);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped) return;
        _stopped = true;
        await _stopping.CancelAsync();
        await router.CloseAsync(s_patience);
        await _following;
        await Task.WhenAll(_links.Values.Select(static link => link.Task));
    }

    public void Dispose() => _stopping.Dispose();

    private async Task FollowAsync(IGatewayListProvider list)
    {
        while (true)
        {
            await Task.Delay(list.MaxStaleness, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested) return;
            try
            {
                await UpdateAsync(list);
            }
            catch (Exception exception)
            {
                ListFailed(logger, exception);
            }
        }
    }

    // An empty list is no news: as long as nothing better is known, the old gateways are tried.
    private async Task<int> UpdateAsync(IGatewayListProvider list)
    {
        var wanted = (await list.GetGateways()).Select(GatewayUri.EndPointOf).ToHashSet();
        if (wanted.Count == 0) return 0;
        foreach (var (gateway, running) in _links.ToArray())
        {
            if (wanted.Contains(gateway)) continue;
            _links.Remove(gateway);
            await running.Cancel.CancelAsync();
            _ = router.DropAsync(running.Link);
        }

        List<Running> made = [];
        foreach (var gateway in wanted.Where(gateway => !_links.ContainsKey(gateway)))
        {
            var running = new Running(
                new GatewayLink(gateway, router), CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token));
            _links[gateway] = running;
            made.Add(running);
        }

        // Known to the router before the first can fail, so that it does not take the first failure for that of all.
        router.SetLinks([.. _links.Values.Select(static running => running.Link)]);
        foreach (var running in made) running.Task = running.Link.RunAsync(running.Cancel.Token);
        return wanted.Count;
    }

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

    private sealed class Running(GatewayLink link, CancellationTokenSource cancel)
    {
        public GatewayLink Link => link;

        public CancellationTokenSource Cancel => cancel;

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
