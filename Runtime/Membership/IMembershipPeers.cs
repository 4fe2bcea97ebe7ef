using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>How the membership of a silo reaches that of others. Thread-safe.</summary>
internal interface IMembershipPeers
{
    /// <summary>Says who answers what others ask and takes their news; called once, before all else.</summary>
    void Attach(IMembershipListener listener);

    /// <summary>Asks a silo for a sign of life. Never throws; ends at the limit at the latest.</summary>
    Task<ProbeOutcome> ProbeAsync(SiloAddress silo, TimeSpan limit);

    /// <summary>
    /// Asks a silo to probe another: <see cref="ProbeOutcome.Alive"/> and <see cref="ProbeOutcome.Dead"/> are what it found,
    /// <see cref="ProbeOutcome.NoAnswer"/> is that it did not say. The other may be this silo: then it is asked to call back.
    /// </summary>
    Task<ProbeOutcome> ProbeOtherAsync(SiloAddress through, SiloAddress other, TimeSpan limit);

    /// <summary>
    /// Finds out whether a silo that the table knows is still there: <see cref="ProbeOutcome.Alive"/>; or another one is at its
    /// address, be it this one: <see cref="ProbeOutcome.Dead"/>. Before this silo stands in the table itself. Where an address is
    /// nobody's but the silo's that was started last, that is all that there is to be found.
    /// </summary>
    Task<ProbeOutcome> FindAsync(SiloAddress silo) => Task.FromResult(ProbeOutcome.Dead);

    /// <summary>Tells a silo which version the membership has reached; may be lost.</summary>
    void Tell(SiloAddress silo, MembershipVersion version);

    /// <summary>Why a silo refuses this one, or this one it, as last seen; null where it does not.</summary>
    string? RefusalOf(SiloAddress silo) => null;

    /// <summary>A silo is dead: calls that wait for it fail now.</summary>
    void Drop(SiloAddress silo);
}

/// <summary>What comes of a probe.</summary>
internal enum ProbeOutcome
{
    /// <summary>No answer in time, or no connection.</summary>
    NoAnswer = 0,

    /// <summary>It answered.</summary>
    Alive = 1,

    /// <summary>The silo that was asked to probe got no answer.</summary>
    Dead = 2,

    /// <summary>It refuses this silo, for good; why is in the log.</summary>
    Refused = 3,
}
