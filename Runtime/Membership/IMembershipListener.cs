using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>What a silo's connections ask and tell its membership. Thread-safe, never blocks.</summary>
internal interface IMembershipListener
{
    /// <summary>The newest version known.</summary>
    MembershipVersion Version { get; }

    /// <summary>Something came from this silo, which knows this version.</summary>
    void Heard(SiloAddress from, MembershipVersion version);

    /// <summary>Whether this silo is known to be gone for good. One that is not known at all may just have come.</summary>
    bool IsKnownDead(SiloAddress silo);

    /// <summary>Whether a silo that is gone for good has left by itself, in good order.</summary>
    bool HasLeft(SiloAddress silo);

    /// <summary>
    /// Whether the membership table lists this silo: read anew where this silo has not heard of it. Fails where the
    /// table is away.
    /// </summary>
    ValueTask<bool> IsListedAsync(SiloAddress silo, CancellationToken cancellation);
}
