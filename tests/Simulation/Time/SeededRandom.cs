namespace Orchestration.Simulation.Time;

/// <summary>The engine's own chance, by the seed.</summary>
internal sealed class SeededRandom(ulong seed) : Random
{
    private readonly SimRandom _inner = new(seed);

    public override double NextDouble() => _inner.NextDouble();

    public override int Next(int maxValue) => _inner.Next(maxValue);

    public override long NextInt64() => (long)(_inner.NextUInt64() >> 1);

    public override void NextBytes(Span<byte> buffer)
    {
        for (var i = 0; i < buffer.Length; i++) buffer[i] = (byte)_inner.NextUInt64();
    }
}
