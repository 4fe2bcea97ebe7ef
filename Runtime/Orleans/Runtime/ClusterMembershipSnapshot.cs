using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>The cluster's membership at one version. Immutable.</summary>
[Immutable]
public sealed class ClusterMembershipSnapshot
{
    /// <summary>The membership of these silos at this version.</summary>
    public ClusterMembershipSnapshot(ImmutableDictionary<SiloAddress, ClusterMember> members, MembershipVersion version)
    {
        Members = members;
        Version = version;
    }

    /// <summary>The silos, dead ones included while they are remembered.</summary>
    public ImmutableDictionary<SiloAddress, ClusterMember> Members { get; }

    /// <summary>The version.</summary>
    public MembershipVersion Version { get; }

    /// <summary>The state of a silo; dead also when a later start on its endpoint is known.</summary>
    public SiloStatus GetSiloStatus(SiloAddress silo)
    {
        if (Members.TryGetValue(silo, out var member)) return member.Status;
        foreach (var known in Members.Keys)
        {
            if (known.IsSuccessorOf(silo)) return SiloStatus.Dead;
        }

        return SiloStatus.None;
    }

    /// <summary>The state of a silo; dead also when it was known at an older version and is no longer.</summary>
    public SiloStatus GetSiloStatus(SiloAddress silo, MembershipVersion seenAtVersion) =>
        GetSiloStatus(silo) is not SiloStatus.None and var status ? status
        : Version > seenAtVersion ? SiloStatus.Dead
        : SiloStatus.None;

    /// <summary>All silos as changes.</summary>
    public ClusterMembershipUpdate AsUpdate() => new(this, [.. Members.Values]);

    /// <summary>What changed since an older snapshot; a silo that is no longer listed counts as dead.</summary>
    /// <exception cref="ArgumentException">The other snapshot is the newer one.</exception>
    public ClusterMembershipUpdate CreateUpdate(ClusterMembershipSnapshot previous)
    {
        ArgumentNullException.ThrowIfNull(previous);
        if (Version < previous.Version)
            throw new ArgumentException($"Version {previous.Version} is newer than {Version}.", nameof(previous));
        var changes = ImmutableArray.CreateBuilder<ClusterMember>();
        foreach (var (silo, member) in Members)
        {
            if (!previous.Members.TryGetValue(silo, out var before) || before.Status != member.Status) changes.Add(member);
        }

        foreach (var (silo, member) in previous.Members)
        {
            if (!Members.ContainsKey(silo)) changes.Add(new ClusterMember(silo, SiloStatus.Dead, member.Name));
        }

        return new(this, changes.ToImmutable());
    }

    /// <summary>The membership on one line.</summary>
    public override string ToString() =>
        $"ClusterMembershipSnapshot {{ Version = {Version}, Members = [{string.Join(", ", Members.Values)}] }}";
}
