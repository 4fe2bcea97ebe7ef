using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// Probes the few silos that follow this one on the circle, and votes against one that misses its probes. Before it does, it asks
/// a third silo, so that a silo that is itself cut off or starved finds nobody dead.
/// </summary>
internal sealed partial class FailureDetector(
    ClusterMembershipOptions options, MembershipTableView view, IMembershipPeers peers, ServingLease lease, SiloAddress local,
    TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<SiloAddress, Target> _targets = new(); // read by tests meanwhile
    private long _lastRound = time.GetTimestamp();
    private int _through;

    /// <summary>The silos whose answer is awaited, for tests; none while what an answer led to waits for time to go on.</summary>
    public IEnumerable<SiloAddress> Awaited =>
        view.IsPausing ? [] : _targets.Values.Where(static target => target.Busy).Select(static target => target.Silo);

    /// <summary>Whether a probe's time is over and its outcome not drawn yet, nor waits for time to go on, for tests.</summary>
    public bool IsOverdue =>
        !view.IsPausing && _targets.Values.Any(target => target.Busy && time.GetElapsedTime(target.Since) >= Limit);

    /// <summary>Probes once; begins at each tick of <see cref="ClusterMembershipOptions.ProbeTimeout"/>.</summary>
    public void BeginRound(SiloCircle circle)
    {
        var now = time.GetTimestamp();

        // After a pause of this process, unanswered probes say nothing about others.
        var paused = time.GetElapsedTime(_lastRound, now) > options.ProbeTimeout * 2;
        _lastRound = now;
        var watched = circle.Following(options.NumProbedSilos).ToHashSet();
        foreach (var silo in circle.Others.Take(options.NumProbedSilos * 2))
        {
            if (Suspected(silo)) watched.Add(silo);
        }

        foreach (var gone in _targets.Keys.Where(silo => !watched.Contains(silo)).ToArray()) _targets.TryRemove(gone, out _);
        foreach (var silo in watched)
        {
            if (!_targets.TryGetValue(silo, out var target)) _targets[silo] = target = new Target(silo);
            if (paused) target.Missed = 0;
            if (!target.Busy) _ = ProbeAsync(target, circle);
        }
    }

    // Over before the next one begins.
    private TimeSpan Limit => options.ProbeTimeout * 0.9;

    private bool Suspected(SiloAddress silo) => view.Stamps.HasVotes(silo);

    private async Task ProbeAsync(Target target, SiloCircle circle)
    {
        target.Since = time.GetTimestamp();
        target.Busy = true;
        try
        {
            // The last probe that counts goes two ways at once, so that asking a third silo costs no time.
            var last = target.Missed >= options.NumMissedProbesLimit - 1;
            var through = last && options.EnableIndirectProbes ? Third(target.Silo, circle) : null;
            var indirect = through is null
                ? Task.FromResult(ProbeOutcome.Dead) : peers.ProbeOtherAsync(through, target.Silo, Limit);
            if (await peers.ProbeAsync(target.Silo, Limit) == ProbeOutcome.Alive)
            {
                target.Missed = 0;
                lease.Heard(target.Silo);
                if (view.Stamps.HasVote(local, target.Silo)) await WithdrawAsync(target.Silo);
                return;
            }

            target.Missed++;
            if (target.Missed < options.NumMissedProbesLimit) return;
            var found = await indirect;
            if (found == ProbeOutcome.Dead) await VoteAsync(target.Silo);
            else Undecided(logger, target.Silo, through!, found);
        }
        catch (Exception e)
        {
            VoteFailed(logger, e, target.Silo);
        }
        finally
        {
            target.Busy = false;
        }
    }

    // Another each time, since the first may be gone as well; one that this silo itself misses is no help.
    private SiloAddress? Third(SiloAddress silo, SiloCircle circle)
    {
        var able = circle.OtherActive
            .Where(other => !other.Equals(silo) && !(_targets.TryGetValue(other, out var target) && target.Missed > 0)
                && !view.Stamps.IsStale(other, StaleAfter))
            .ToArray();
        return able.Length == 0 ? null : able[_through++ % able.Length];
    }

    private TimeSpan StaleAfter => options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit;

    private async Task VoteAsync(SiloAddress suspect)
    {
        if (!options.LivenessEnabled) return;
        var votes = (Has: 0, Needed: 0);
        var written = await view.ChangeAsync(table =>
        {
            // A silo that is dead itself has no vote.
            if (table.TryGet(local)?.Item1.Status != SiloStatus.Active) return null;
            if (table.TryGet(suspect) is not { } row || row.Item1.Status == SiloStatus.Dead) return null;
            var entry = row.Item1.Copy();
            votes = Count(table, entry);
            var mine = entry.SuspectTimes?.Exists(vote => vote.Item1.Equals(local)) == true;
            if (votes.Has >= votes.Needed) entry.Status = SiloStatus.Dead;
            else if (mine) return null;
            entry.AddOrUpdateSuspector(local, time.GetUtcNow().UtcDateTime, options.NumVotesForDeathDeclaration);
            return new TableChange(entry, row.Item2);
        });
        if (!written) return;
        if (votes.Has >= votes.Needed) Declared(logger, suspect);
        else Voted(logger, suspect, votes.Has, votes.Needed);
    }

    // This silo's vote and the fresh ones of others, against what the silos that could vote can make up.
    private (int Has, int Needed) Count(MembershipTableData table, MembershipEntry suspect)
    {
        var able = table.Members.Select(static row => row.Item1)
            .Where(row => row.Status == SiloStatus.Active && !row.SiloAddress.Equals(suspect.SiloAddress)
                && (row.SiloAddress.Equals(local) || !view.Stamps.IsStale(row.SiloAddress, StaleAfter)))
            .Select(static row => row.SiloAddress).ToHashSet();
        var fresh = (suspect.SuspectTimes ?? [])
            .Where(vote => !vote.Item1.Equals(local) && able.Contains(vote.Item1)
                && view.Stamps.IsFresh(vote.Item1, suspect.SiloAddress, vote.Item2, options.DeathVoteExpirationTimeout))
            .Select(static vote => vote.Item1).Distinct().Count();
        return (fresh + 1, Math.Min(options.NumVotesForDeathDeclaration, Math.Max(1, able.Count)));
    }

    private Task<bool> WithdrawAsync(SiloAddress silo) => view.ChangeAsync(table =>
    {
        if (table.TryGet(silo) is not { } row || row.Item1.Status == SiloStatus.Dead) return null;
        var entry = row.Item1.Copy();
        return entry.SuspectTimes?.RemoveAll(vote => vote.Item1.Equals(local)) > 0 ? new TableChange(entry, row.Item2) : null;
    });

    private sealed class Target(SiloAddress silo)
    {
        public SiloAddress Silo => silo;

        public int Missed { get; set; }

        public bool Busy { get; set; }

        public long Since { get; set; }
    }
}
