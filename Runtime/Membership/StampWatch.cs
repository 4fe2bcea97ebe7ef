using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// Watches what other silos write to the table: signs of life and suspicions. Their times are taken as marks that change or not;
/// for how long is measured by this silo's own monotonic clock. Thread-safe.
/// </summary>
internal sealed class StampWatch(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, Seen> _signs = [];
    private readonly Dictionary<(SiloAddress Voter, SiloAddress Suspect, DateTime Mark), long> _votes = [];

    /// <summary>Takes in what was just read. What is no longer in the table is forgotten.</summary>
    public void Observe(MembershipTableData table)
    {
        lock (_gate) Take(table, time.GetTimestamp());
    }

    /// <summary>Whether a silo's sign of life has not changed for that long, from the first to the last look at it.</summary>
    public bool IsStale(SiloAddress silo, TimeSpan limit)
    {
        lock (_gate) return _signs.TryGetValue(silo, out var seen) && time.GetElapsedTime(seen.First, seen.Last) > limit;
    }

    /// <summary>Whether a suspicion was first seen no longer ago than that.</summary>
    public bool IsFresh(SiloAddress voter, SiloAddress suspect, DateTime mark, TimeSpan limit)
    {
        lock (_gate) return _votes.TryGetValue((voter, suspect, mark), out var first) && time.GetElapsedTime(first) <= limit;
    }

    /// <summary>Whether anyone suspects a silo.</summary>
    public bool HasVotes(SiloAddress suspect)
    {
        lock (_gate) return _votes.Keys.Any(key => key.Suspect.Equals(suspect));
    }

    /// <summary>Whether this one suspects that one.</summary>
    public bool HasVote(SiloAddress voter, SiloAddress suspect)
    {
        lock (_gate) return _votes.Keys.Any(key => key.Voter.Equals(voter) && key.Suspect.Equals(suspect));
    }


    private void Take(MembershipTableData table, long now)
    {
        var gone = _signs.Keys.ToHashSet();
        var oldVotes = _votes.Keys.ToHashSet();
        foreach (var (entry, _) in table.Members)
        {
            if (entry.Status == SiloStatus.Dead) continue;
            gone.Remove(entry.SiloAddress);
            if (!_signs.TryGetValue(entry.SiloAddress, out var seen) || seen.Mark != entry.IAmAliveTime)
                _signs[entry.SiloAddress] = seen = new Seen(entry.IAmAliveTime, now);
            seen.Last = now;
            foreach (var (voter, mark) in entry.SuspectTimes ?? [])
            {
                var key = (voter, entry.SiloAddress, mark);
                oldVotes.Remove(key);
                _votes.TryAdd(key, now);
            }
        }

        foreach (var silo in gone) _signs.Remove(silo);
        foreach (var key in oldVotes) _votes.Remove(key);
    }

    private sealed class Seen(DateTime mark, long first)
    {
        public DateTime Mark => mark;

        public long First => first;

        public long Last { get; set; }
    }
}
