using System.Buffers.Binary;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>
/// Random numbers that depend on a seed alone (SplitMix64), and not on the version of the platform, whose own generator may
/// change: histories outlive platforms.
/// </summary>
internal sealed class SeededRandom(ulong seed) : Random
{
    private ulong _state = seed;

    public ulong NextBits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)Below((ulong)maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Below((ulong)((long)maxValue - minValue)));
    }

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return unchecked(minValue + (long)Below((ulong)maxValue - (ulong)minValue));
    }

    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (NextBits() >> 40) * (1.0f / (1U << 24));

    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    public override void NextBytes(Span<byte> buffer)
    {
        while (buffer.Length >= 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(buffer, NextBits());
            buffer = buffer[8..];
        }

        if (buffer.IsEmpty) return;
        Span<byte> rest = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(rest, NextBits());
        rest[..buffer.Length].CopyTo(buffer);
    }

    protected override double Sample() => NextDouble();

    private ulong Below(ulong limit)
    {
        if (limit <= 1) return 0;
        var low = (UInt128)NextBits() * limit;
        if ((ulong)low < limit)
        {
            var threshold = (0 - limit) % limit;
            while ((ulong)low < threshold) low = (UInt128)NextBits() * limit;
        }

        return (ulong)(low >> 64);
    }
}
