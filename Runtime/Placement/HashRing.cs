using Orleans.Runtime;

namespace Orchestration.Runtime.Placement;

/// <summary>
/// Silos on a ring of hashes: each stands at many places, and owns the hashes up to each of them. All that know the same silos
/// agree on it without asking one another. Immutable.
/// </summary>
internal sealed class HashRing
{
    // Enough for the busiest of a few silos to own hardly more than its share.
    private const int PlacesOfSilo = 250;
    private readonly uint[] _places;
    private readonly SiloAddress[] _owners;

    public HashRing(IEnumerable<SiloAddress> silos)
    {
        Silos = [.. silos.Distinct().Order()];
        var places = Silos
            .SelectMany(static silo => silo.GetUniformHashCodes(PlacesOfSilo).Select(hash => (Hash: hash, Silo: silo)))
            .OrderBy(static place => place.Hash).ThenBy(static place => place.Silo).ToArray();
        _places = [.. places.Select(static place => place.Hash)];
        _owners = [.. places.Select(static place => place.Silo)];
    }

    /// <summary>The silos, in order.</summary>
    public SiloAddress[] Silos { get; }

    /// <summary>The owner of a hash; null where there is no silo.</summary>
    public SiloAddress? OwnerOf(uint hash)
    {
        if (Silos.Length <= 1) return Silos.Length == 0 ? null : Silos[0];
        var place = Array.BinarySearch(_places, hash);
        if (place < 0) place = ~place;
        return _owners[place == _owners.Length ? 0 : place];
    }
}
