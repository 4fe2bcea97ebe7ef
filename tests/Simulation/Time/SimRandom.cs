namespace Orchestration.Simulation.Time;

/// <summary>Chance by a seed, the same on every version of .NET (SplitMix64).</summary>
internal sealed class SimRandom(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15 + 0x1234_5678_9ABC_DEF1;

    public ulong NextUInt64()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to one less than the bound.</summary>
    public int Next(int bound) => (int)(NextUInt64() % (ulong)bound);

    public int Next(int from, int to) => from + Next(to - from);

    /// <summary>0 to less than 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => NextDouble() < probability;

    public TimeSpan Between(TimeSpan shortest, TimeSpan longest) =>
        shortest + TimeSpan.FromTicks((long)((longest - shortest).Ticks * NextDouble()));

    /// <summary>Mostly short, now and then ten times as long.</summary>
    public TimeSpan About(TimeSpan usual) => Between(usual / 2, Chance(0.05) ? usual * 10 : usual * 1.5);
}
