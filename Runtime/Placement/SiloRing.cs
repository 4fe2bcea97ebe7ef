using Orleans.Runtime;

namespace Orchestration.Runtime.Placement;

/// <summary>The ring of the live silos. Rebuilt when the membership changes; thread-safe.</summary>
internal sealed class SiloRing(IClusterMembershipService membership)
{
    private Built? _built;

    /// <summary>The membership that the ring is of.</summary>
    public ClusterMembershipSnapshot Snapshot => Current.Snapshot;

    /// <summary>The membership, each time that it changes.</summary>
    public IAsyncEnumerable<ClusterMembershipSnapshot> Updates => membership.MembershipUpdates;

    /// <summary>The live silos.</summary>
    public SiloAddress[] Silos => Current.Ring.Silos;

    /// <summary>The owner of a grain; null where there is no live silo.</summary>
    public SiloAddress? OwnerOf(GrainId grain) => OwnerOf(grain.GetUniformHashCode());

    /// <summary>The owner of a hash; null where there is no live silo.</summary>
    public SiloAddress? OwnerOf(uint hash) => Current.Ring.OwnerOf(hash);

    private Built Current
    {
        get
        {
            var snapshot = membership.CurrentSnapshot;
            var built = Volatile.Read(ref _built);
            if (built is not null && ReferenceEquals(built.Snapshot, snapshot)) return built;
            built = new Built(snapshot, new HashRing(snapshot.Members.Values
                .Where(static member => member.Status == SiloStatus.Active).Select(static member => member.SiloAddress)));
            Volatile.Write(ref _built, built);
            return built;
        }
    }

    private sealed record Built(ClusterMembershipSnapshot Snapshot, HashRing Ring);
}
