using Orleans.Runtime;

namespace Orchestration.Runtime.Placement;

/// <summary>
/// The ring of the live silos: each stands at many places, and owns the hashes up to each of them. All silos that know the same
/// membership agree on it without asking one another. Rebuilt when the membership changes; thread-safe.
/// </summary>
internal sealed class SiloRing(IClusterMembershipService membership)
{
    // Enough for the busiest of a few silos to own hardly more than its share.
    private const int PlacesOfSilo = 250;
    private Built? _built;

    /// <summary>The membership that the ring is of.</summary>
    public ClusterMembershipSnapshot Snapshot => Current.Snapshot;

    /// <summary>The membership, each time that it changes.</summary>
    public IAsyncEnumerable<ClusterMembershipSnapshot> Updates => membership.MembershipUpdates;

    /// <summary>The live silos.</summary>
    public SiloAddress[] Silos => Current.Silos;

    /// <summary>The owner of a grain; null where there is no live silo.</summary>
    public SiloAddress? OwnerOf(GrainId grain) => Current.OwnerOf(grain.GetUniformHashCode());

    /// <summary>The owner of a hash; null where there is no live silo.</summary>
    public SiloAddress? OwnerOf(uint hash) => Current.OwnerOf(hash);

    private Built Current
    {
        get
        {
            var snapshot = membership.CurrentSnapshot;
            var built = Volatile.Read(ref _built);
            if (built is not null && ReferenceEquals(built.Snapshot, snapshot)) return built;
            built = new Built(snapshot, built);
            Volatile.Write(ref _built, built);
            return built;
        }
    }

    private sealed class Built
    {
        private readonly uint[] _places;
        private readonly SiloAddress[] _owners;

        public Built(ClusterMembershipSnapshot snapshot, Built? before)
        {
            Snapshot = snapshot;
            Silos = [.. snapshot.Members.Values.Where(static member => member.Status == SiloStatus.Active)
                .Select(static member => member.SiloAddress).Order()];
            // Most changes of the membership (a silo that joins, or has long left) leave the ring as it was.
            (_places, _owners) = before is not null && before.Silos.AsSpan().SequenceEqual(Silos)
                ? (before._places, before._owners) : Place(Silos);
        }

        public ClusterMembershipSnapshot Snapshot { get; }

        public SiloAddress[] Silos { get; }

        public SiloAddress? OwnerOf(uint hash)
        {
            if (Silos.Length <= 1) return Silos.Length == 0 ? null : Silos[0];
            var place = Array.BinarySearch(_places, hash);
            if (place < 0) place = ~place;
            return _owners[place == _owners.Length ? 0 : place];
        }

        private static (uint[], SiloAddress[]) Place(SiloAddress[] silos)
        {
            // By hash; two silos at one place by their order, on which all silos agree.
            var places = new ulong[silos.Length * PlacesOfSilo];
            var at = 0;
            for (var i = 0; i < silos.Length; i++)
                foreach (var hash in silos[i].GetUniformHashCodes(PlacesOfSilo)) places[at++] = ((ulong)hash << 32) | (uint)i;
            Array.Sort(places);
            return (Array.ConvertAll(places, static p => (uint)(p >> 32)), Array.ConvertAll(places, p => silos[(uint)p]));
        }
    }
}
