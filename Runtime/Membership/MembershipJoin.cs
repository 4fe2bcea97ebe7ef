using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// How a silo enters the table: after its predecessors of the same address have been declared dead, once it is certain that they
/// are gone. A silo that was given another one's address by mistake harms itself only.
/// </summary>
internal sealed partial class MembershipJoin(
    IMembershipTable table, MembershipTableView view, IMembershipPeers peers, ILocalSiloDetails local,
    ClusterMembershipOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <exception cref="OrleansConfigurationException">Another silo of this address is there.</exception>
    public async Task EnterAsync(MembershipEntry own, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await table.InitializeMembershipTable(tryInitTableVersion: true);
                await EndPredecessorsAsync(cancellation);
                await view.ChangeAsync(
                    rows => rows.TryGet(own.SiloAddress) is null ? new TableChange(own, null) : null, cancellation);
                return;
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or OrleansConfigurationException)
                && time.GetElapsedTime(started) < options.MaxJoinAttemptTime)
            {
                NotYet(logger, exception);
                await Task.Delay(s_pause, time, cancellation);
            }
        }
    }

    private async Task EndPredecessorsAsync(CancellationToken cancellation)
    {
        var gone = new HashSet<SiloAddress>();
        while (true)
        {
            // Looked for where the table is read: what is known at once needs no second reading.
            Dictionary<SiloAddress, Task<ProbeOutcome>> looked = [];
            var hasChanged = await view.ChangeAsync(
                rows =>
                {
                    looked.Clear();
                    foreach (var silo in PredecessorsIn(rows).Where(silo => !gone.Contains(silo)))
                    {
                        var finding = peers.FindAsync(silo);
                        if (finding is { IsCompletedSuccessfully: true, Result: ProbeOutcome.Dead }) gone.Add(silo);
                        else looked[silo] = finding;
                    }

                    return EndPredecessor(rows, gone);
                },
                cancellation);
            foreach (var (silo, finding) in looked) Judge(silo, await finding);
            gone.UnionWith(looked.Keys);
            if (!hasChanged && looked.Count == 0) return;
        }
    }

    private IEnumerable<SiloAddress> PredecessorsIn(MembershipTableData rows) =>
        rows.Members.Where(row => row.Item1.Status != SiloStatus.Dead && row.Item1.SiloAddress.IsPredecessorOf(local.SiloAddress))
            .Select(static row => row.Item1.SiloAddress);

    // The one that listens at this silo's address is this silo, unless the address leads elsewhere.
    private void Judge(SiloAddress silo, ProbeOutcome found)
    {
        var self = local.SiloAddress;
        if (found == ProbeOutcome.Alive)
            throw new OrleansConfigurationException(
                $"ORCH0204: {silo} runs under the address that {self} advertises. Give each silo an address of its own, "
                + "which leads to it and to no other.");
        if (found == ProbeOutcome.NoAnswer && !view.Stamps.IsStale(silo, StaleAfter))
            throw new SiloUnavailableException(
                $"ORCH0204: {self} does not reach itself at the address that it advertises, and {silo}, which ran there, may "
                + "still run. Check the advertised address and the network.");
    }

    private TimeSpan StaleAfter => options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit;

    private TableChange? EndPredecessor(MembershipTableData rows, HashSet<SiloAddress> gone)
    {
        var self = local.SiloAddress;
        if (rows.Members.FirstOrDefault(row => row.Item1.SiloAddress.IsSuccessorOf(self)) is { } later)
            throw new OrleansConfigurationException(
                $"ORCH0204: the membership table knows a later silo at {self.Endpoint}: {later.Item1.SiloAddress}. "
                + "Either another silo runs under this address, or this machine's clock has been set back since it ran.");
        if (rows.Members.FirstOrDefault(row =>
            gone.Contains(row.Item1.SiloAddress) && row.Item1.Status != SiloStatus.Dead) is not { } before)
            return null;
        var entry = before.Item1.Copy();
        entry.Status = SiloStatus.Dead;
        entry.AddSuspector(self, time.GetUtcNow().UtcDateTime);
        return new TableChange(entry, before.Item2);
    }
}
