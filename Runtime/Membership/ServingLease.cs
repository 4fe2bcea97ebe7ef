using System.Collections.Concurrent;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// Tells whether others may have declared this silo dead without its knowing. They need a number of votes of silos that probe it
/// in vain; as long as fewer of those are silent, or the table was read a moment ago and said nothing of it, it may serve.
/// Thread-safe.
/// </summary>
internal sealed class ServingLease(
    ClusterMembershipOptions options, MembershipTableView view, SiloAddress local, TimeProvider time)
{
    private readonly ConcurrentDictionary<SiloAddress, long> _heard = new();
    private long _checked = time.GetTimestamp();
    private SiloCircle? _circle;

    /// <summary>In less than this nobody can be found dead.</summary>
    public TimeSpan Length => options.ProbeTimeout * options.NumMissedProbesLimit;

    /// <summary>A sign of life came from a silo, so it has one of this silo too, or soon will.</summary>
    public void Heard(SiloAddress silo) => _heard[silo] = time.GetTimestamp();

    /// <summary>Looks at the clock, about twice a probe. What it says is valid until the next time.</summary>
    public LeaseState Check(SiloCircle circle)
    {
        var now = time.GetTimestamp();
        var pause = time.GetElapsedTime(_checked, now);
        _checked = now;

        // The process itself stood still: nothing that is known here is of now.
        if (pause > Length && view.Age > options.ProbeTimeout) return LeaseState.Expired;
        var watchers = circle.Watching(options.NumProbedSilos).ToArray();
        if (watchers.Length == 0) return AloneState();
        if (!ReferenceEquals(circle, _circle))
        {
            foreach (var silo in _heard.Keys.Except(circle.Others)) _heard.TryRemove(silo, out _);
            _circle = circle;
        }

        var needed = Math.Min(options.NumVotesForDeathDeclaration, watchers.Length);
        if (Silent(watchers, options.ProbeTimeout * 1.5, now) < needed) return LeaseState.Sure;
        return Silent(watchers, Length, now) >= needed && view.Age > Length ? LeaseState.Expired : LeaseState.Doubtful;
    }

    // Nobody probes it; but who comes new may count a silo out whose sign of life has not changed for long.
    private LeaseState AloneState()
    {
        var limit = options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit;
        return view.Snapshot.GetSiloStatus(local) != SiloStatus.Active || view.Age < options.IAmAliveTablePublishTimeout
            ? LeaseState.Sure
            : view.Age < limit ? LeaseState.Doubtful : LeaseState.Expired;
    }

    // One that only now has come to watch is given the time to begin.
    private int Silent(SiloAddress[] watchers, TimeSpan limit, long now) =>
        watchers.Count(silo => time.GetElapsedTime(_heard.GetOrAdd(silo, now), now) > limit);
}

/// <summary>Whether a silo may serve.</summary>
internal enum LeaseState
{
    /// <summary>Nobody can have declared it dead.</summary>
    Sure,

    /// <summary>It should look into the table.</summary>
    Doubtful,

    /// <summary>It may be dead: it must not serve until the table says otherwise.</summary>
    Expired,
}
