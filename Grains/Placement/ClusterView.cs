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
    private Seen? _seen;

    /// <summary>Raised once for each silo that is found dead, with its name; on the watcher's own flow, one at a time.</summary>
    public event Action<string>? SiloLost;

    /// <summary>
    /// Raised once for each other silo that begins to leave in good order, with its name; it hands over what it holds, and what
    /// it did for the whole cluster others are to do. Raised like <see cref="SiloLost"/>, before it.
    /// </summary>
    public event Action<string>? SiloLeaving;

    /// <summary>
    /// Raised once for each other silo that comes into full service, but for those that this silo finds there when it comes
    /// itself, with its name. Raised like <see cref="SiloLost"/>.
    /// </summary>
    public event Action<string>? SiloJoined;

    /// <summary>Raised after each change of the silos in full service, before the events of single silos. Raised like
    /// <see cref="SiloLost"/>.</summary>
    public event Action? ActiveChanged;

    /// <summary>This silo's name.</summary>
    public string LocalKey { get; } = SiloKey.Of(local.SiloAddress);

    /// <summary>
    /// The names of the silos that are in full service, in an order that is the same on all silos that see the same membership.
    /// </summary>
    public string[] ActiveSilos => [.. Active(membership.CurrentSnapshot)];

    /// <summary>The names of the other silos in full service. Not to be changed; made anew only when the membership
    /// changes.</summary>
    public string[] OtherActiveSilos
    {
        get
        {
            var snapshot = membership.CurrentSnapshot;
            var seen = Volatile.Read(ref _seen);
            if (seen is null || !ReferenceEquals(seen.Snapshot, snapshot))
            {
                seen = new Seen(snapshot, [.. Active(snapshot).Where(silo => silo != LocalKey)]);
                Volatile.Write(ref _seen, seen);
            }

            return seen.Others;
        }
    }

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

    /// <summary>
    /// Whether this silo's view says nothing of a silo: it may be gone long since, or have joined a moment ago. False for what
    /// names no silo.
    /// </summary>
    public bool IsUnheardOf(string silo) =>
        SiloKey.TryParse(silo, out var address) && membership.CurrentSnapshot.GetSiloStatus(address) == SiloStatus.None;

    /// <summary>Whether a silo is in full service, as far as this one knows.</summary>
    public bool IsActive(string silo) =>
        string.Equals(silo, LocalKey, StringComparison.Ordinal) || Array.IndexOf(OtherActiveSilos, silo) >= 0;

    /// <summary>Has the table of members say that a silo is dead, as that silo asks.</summary>
    /// <returns>Whether this silo wrote it; false where the silo is not there any more.</returns>
    public async Task<bool> DeclareDeadAsync(string silo) =>
        SiloKey.TryParse(silo, out var address) && await membership.TryKill(address);

    /// <summary>The version of the membership that this silo knows.</summary>
    public long Version => membership.CurrentSnapshot.Version.Value;

    /// <summary>Ends when this silo knows a version of the membership, or a later one.</summary>
    public ValueTask CatchUpAsync(long version) =>
        version <= Version ? ValueTask.CompletedTask : membership.Refresh(new MembershipVersion(version));

    /// <summary>Reads the table of members anew.</summary>
    public ValueTask RefreshAsync() => membership.Refresh();

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
        var leaving = new HashSet<SiloAddress>();
        var joined = new HashSet<SiloAddress>();
        string[]? active = null;
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stop))
            {
                var isFirst = active is null;
                string[] now = [.. Active(snapshot)];
                if (isFirst || !now.SequenceEqual(active!)) TellOfChange();
                active = now;
                foreach (var member in snapshot.Members.Values)
                {
                    if (member.Status is not (SiloStatus.Dead or SiloStatus.None)) alive.Add(member.SiloAddress);
                    if (member.SiloAddress.Equals(local.SiloAddress)) continue;
                    if (member.Status == SiloStatus.Active && joined.Add(member.SiloAddress) && !isFirst)
                        Tell(SiloJoined, SiloKey.Of(member.SiloAddress));
                    if (member.Status is SiloStatus.ShuttingDown or SiloStatus.Stopping && leaving.Add(member.SiloAddress))
                        Tell(SiloLeaving, SiloKey.Of(member.SiloAddress));
                }

                foreach (var silo in alive.Where(s => snapshot.GetSiloStatus(s) is SiloStatus.Dead or SiloStatus.None).ToArray())
                {
                    alive.Remove(silo);
                    var hasLeft = leaving.Remove(silo);
                    joined.Remove(silo);
                    if (silo.Equals(local.SiloAddress)) continue;
                    if (hasLeft) LogSiloLeft(logger, SiloKey.Of(silo));
                    else LogSiloLost(logger, SiloKey.Of(silo));
                    Tell(SiloLost, SiloKey.Of(silo));
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private static IEnumerable<string> Active(ClusterMembershipSnapshot snapshot) => snapshot.Members.Values
        .Where(static m => m.Status == SiloStatus.Active).Select(static m => m.SiloAddress).Order().Select(SiloKey.Of);

    private void TellOfChange()
    {
        try
        {
            ActiveChanged?.Invoke();
        }
        catch (Exception e)
        {
            LogListenerFailed(logger, e, LocalKey);
        }
    }

    private void Tell(Action<string>? listeners, string silo)
    {
        foreach (var listener in listeners?.GetInvocationList() ?? [])
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

    private sealed record Seen(ClusterMembershipSnapshot Snapshot, string[] Others);
}
