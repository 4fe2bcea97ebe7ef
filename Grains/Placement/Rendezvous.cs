namespace Orchestration.Grains.Placement;

/// <summary>
/// Chooses one silo for a key, by a hash of both: all that see the same silos choose the same one, and a silo that comes or goes
/// changes the choice only for the keys that it takes or had.
/// </summary>
internal static class Rendezvous
{
    /// <summary>The chosen one; null where there is none.</summary>
    public static string? Choose(string key, IEnumerable<string> silos)
    {
        var hash = HashOf(key);
        return silos.MaxBy(silo => (Score(hash, HashOf(silo)), silo));
    }

    /// <summary>A hash that is the same in every process and release.</summary>
    public static ulong HashOf(string text)
    {
        // FNV-1a, of UTF-16 units.
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }

    /// <summary>How much a silo is the one for a key.</summary>
    public static ulong Score(ulong key, ulong silo)
    {
        // The finalizer of SplitMix64: every bit of both counts for every bit of it.
        var mixed = key + (silo * 0x9E3779B97F4A7C15UL);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
