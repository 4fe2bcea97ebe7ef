namespace Orchestration.Grains.Interfaces;

/// <summary>
/// What is left to chance: ids, and how long a pause before a repeat is. One source a process, so that a simulation, which must
/// take the same course for the same seed, can put its own there. Thread-safe as long as the source is.
/// </summary>
internal static class Chance
{
    private static Random s_source = Random.Shared;
    private static bool s_isSeeded;

    /// <summary>0 to less than 1.</summary>
    public static double NextDouble() => s_source.NextDouble();

    /// <summary>0 to one less than the bound.</summary>
    public static int Next(int bound) => s_source.Next(bound);

    /// <summary>0 to one less than the greatest number.</summary>
    public static long NextInt64() => s_source.NextInt64();

    /// <summary>An id that is nobody else's.</summary>
    public static Guid NewGuid()
    {
        if (!s_isSeeded) return Guid.NewGuid();
        Span<byte> bytes = stackalloc byte[16];
        s_source.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Draws from this from now on. For simulations, which have one thread.</summary>
    internal static void DrawFrom(Random source)
    {
        s_source = source;
        s_isSeeded = true;
    }
}
