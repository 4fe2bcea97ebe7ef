using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Placement;

/// <summary>
/// What this silo knows of the cluster, in the names that histories use. Follows the membership from the start of the silo to its
/// end. Thread-safe.
/// </summary>
internal sealed partial class ClusterView(
    ILocalSiloDetails local, IClusterMembershipService membership, ILogger<ClusterView> logger,
    EngineThreads? threads = null)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly ConcurrentDictionary<string, SiloAddress> _parsed = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>Raised once for each silo that is found dead, with its name; on the watcher's own flow, one at a time.</summary>
    public event Action<string>? SiloLost;

    /// <summary>This silo's name.</summary>
    public string LocalKey { get; } = SiloKey.Of(local.SiloAddress);

    /// <summary>
    /// The names of the silos that are in full service, in an order that is the same on all silos that see the same membership.
    /// </summary>
    public string[] ActiveSilos => [.. membership.CurrentSnapshot.Members.Values
        .Where(static m => m.Status == SiloStatus.Active).Select(static m => m.SiloAddress).Order().Select(SiloKey.Of)];

    /// <summary>Whether a silo is a member still, be it on its way in or out. What names no silo is never alive.</summary>
    public bool IsAlive(string silo)
    {
        if (string.Equals(silo, LocalKey, StringComparison.Ordinal)) return true;
        if (!_parsed.TryGetValue(silo, out var address))
        {
            if (!SiloKey.TryParse(silo, out address)) return false;
            _parsed.TryAdd(silo, address);
        }

        if (membership.CurrentSnapshot.GetSiloStatus(address) is not (SiloStatus.Dead or SiloStatus.None)) return true;
        _parsed.TryRemove(silo, out _);
        return false;
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(ClusterView), ServiceLifecycleStage.ApplicationServices, StartAsync, StopAsync);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private Task StartAsync(CancellationToken cancellationToken)
    {
        var stop = _stop.Token;
        _watching = (threads ?? EngineThreads.Pool).Run(() => WatchAsync(stop));
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _watching.WaitAsync(cancellationToken);
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        var alive = new HashSet<SiloAddress>();
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stop))
            {
                foreach (var member in snapshot.Members.Values)
                    if (member.Status is not (SiloStatus.Dead or SiloStatus.None)) alive.Add(member.SiloAddress);
                foreach (var silo in alive.Where(s => snapshot.GetSiloStatus(s) is SiloStatus.Dead or SiloStatus.None).ToArray())
                {
                    alive.Remove(silo);
                    if (!silo.Equals(local.SiloAddress)) Tell(SiloKey.Of(silo));
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private void Tell(string silo)
    {
        LogSiloLost(logger, silo);
        foreach (var listener in SiloLost?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action<string>)listener)(silo);
            }
            catch (Exception e)
            {
                // One listener's mistake must not keep the news from the others.
                LogListenerFailed(logger, e, silo);
            }
        }
    }
}
