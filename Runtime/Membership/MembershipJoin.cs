using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>How a silo enters the table: after its predecessors of the same address have been declared dead.</summary>
internal sealed partial class MembershipJoin(
    IMembershipTable table, MembershipTableView view, ILocalSiloDetails local, ClusterMembershipOptions options,
    TimeProvider time, ILogger logger)
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
                while (await view.ChangeAsync(EndPredecessor, cancellation))
                {
                }

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

    private TableChange? EndPredecessor(MembershipTableData rows)
    {
        var self = local.SiloAddress;
        if (rows.Members.FirstOrDefault(row => row.Item1.SiloAddress.IsSuccessorOf(self)) is { } later)
            throw new OrleansConfigurationException(
                $"ORCH0204: the membership table knows a later silo at {self.Endpoint}: {later.Item1.SiloAddress}. "
                + "Either another silo runs under this address, or this machine's clock has been set back since it ran.");
        if (rows.Members.FirstOrDefault(row =>
            row.Item1.SiloAddress.IsPredecessorOf(self) && row.Item1.Status != SiloStatus.Dead) is not { } before)
            return null;
        var entry = before.Item1.Copy();
        entry.Status = SiloStatus.Dead;
        entry.AddSuspector(self, time.GetUtcNow().UtcDateTime);
        return new TableChange(entry, before.Item2);
    }
}
