using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// What a silo finds out before it takes part: that it reaches all others and that they reach it, so that a newcomer with a wrong
/// address, secret or network harms only itself. Silos that have shown no sign of life for long are declared dead meanwhile.
/// </summary>
internal sealed partial class JoinCheck(
    MembershipTableView view, IMembershipPeers peers, SiloAddress local, ClusterMembershipOptions options, TimeProvider time,
    ILogger logger)
{
    private const int CallersBack = 2;

    private TimeSpan StaleAfter => options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit;

    /// <exception cref="OrleansConfigurationException">The cluster refuses this silo.</exception>
    /// <exception cref="SiloUnavailableException">It is not reached, or does not reach, within the time to join.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            await view.ReadAsync(cancellation);
            var others = new SiloCircle(view.Snapshot, local).OtherActive.ToArray();
            var outcomes = await Task.WhenAll(others.Select(silo => peers.ProbeAsync(silo, options.ProbeTimeout)));
            var missing = others.Where((_, i) => outcomes[i] != ProbeOutcome.Alive).ToArray();
            if (Array.IndexOf(outcomes, ProbeOutcome.Refused) is >= 0 and var refused) throw new OrleansConfigurationException(
                peers.RefusalOf(others[refused]) ?? $"ORCH0203: {others[refused]} refuses this silo; its log says why.");
            var back = missing.Length > 0 ? [] : await Task.WhenAll(others.Take(CallersBack)
                .Select(silo => peers.ProbeOtherAsync(silo, local, options.ProbeTimeout * 2)));
            if (missing.Length == 0 && back.All(static outcome => outcome == ProbeOutcome.Alive)) return;
            var problem = missing.Length > 0
                ? $"it does not reach {string.Join(", ", missing.AsEnumerable())}"
                : $"the others do not reach it at {local.Endpoint}";
            if (time.GetElapsedTime(started) > options.MaxJoinAttemptTime) throw new SiloUnavailableException(
                $"ORCH0204: {local} cannot join the cluster: {problem}. Check the advertised address and the network.");
            Waiting(logger, local, problem);
            foreach (var silo in missing.Where(silo => view.Stamps.IsStale(silo, StaleAfter)))
                await view.ChangeAsync(table => DeathOf(silo, table), cancellation);
            await Task.Delay(options.ProbeTimeout, time, cancellation);
        }
    }

    private TableChange? DeathOf(SiloAddress silo, MembershipTableData table)
    {
        // Read anew: one that has shown itself since is not dead.
        if (!view.Stamps.IsStale(silo, StaleAfter)) return null;
        if (table.TryGet(silo) is not { } row || row.Item1.Status == SiloStatus.Dead) return null;
        Stale(logger, silo);
        var entry = row.Item1.Copy();
        entry.Status = SiloStatus.Dead;
        entry.AddSuspector(local, time.GetUtcNow().UtcDateTime);
        return new TableChange(entry, row.Item2);
    }
}
