using System.Collections.Immutable;

namespace Orchestration.Runtime.Tests.Serialization;

/// <summary>Object graphs from a seed.</summary>
internal sealed class RandomGraph(int seed)
{
    private readonly Random _random = new(seed);

    public Everything Everything(int depth = 0) => new(Number())
    {
        Flag = Coin(),
        Key = Maybe(Guid()),
        Local = new DateTime(_random.NextInt64(DateTime.MaxValue.Ticks), (DateTimeKind)_random.Next(3)),
        At = new DateTimeOffset(_random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks / 2),
            TimeSpan.FromMinutes(_random.Next(-840, 840))),
        Span = new TimeSpan(Number()),
        Money = new decimal(_random.Next(), _random.Next(), _random.Next(), Coin(), (byte)_random.Next(29)),
        Ratio = _random.NextSingle() * 1e20f,
        Names = Coin() ? null : [.. Many(() => Coin() ? Text() : null)],
        Leaves = Coin() ? null : Many(Text).Distinct().ToDictionary(key => key, _ => Coin() ? Leaf() : null),
        Numbers = Coin() ? null : [.. Many(() => _random.Next(-1000, 1000))],
        Points = Coin() ? default : [.. Many(() => new Point(_random.Next(), -_random.Next()))],
        Shape = Coin() ? null : Shape(depth),
        Any = Any(depth),
        Pair = (_random.Next(), Coin() ? null : Text()),
        Next = depth < 3 && Coin() ? Everything(depth + 1) : null,
        Memory = Bytes(),
        Shapes = Coin() ? Many(() => Shape(depth)).ToArray() : Many(() => Shape(depth)).ToImmutableArray(),
        Big = (ulong)Number(),
        NotNull = Coin() ? null : Text(),
        Sparse = Coin() ? null : [.. Many(() => Coin() ? _random.Next(-2, 3) : (int?)null)],
        Map = Coin() ? null : Many(Text).Distinct().ToImmutableDictionary(key => key, _ => _random.Next()),
        Letter = (char)_random.Next(1, 0xd000),
        Day = DateOnly.FromDayNumber(_random.Next(3_000_000)),
        Bytes = Coin() ? null : Bytes(),
    };

    public byte[] Bytes(int most = 40)
    {
        var bytes = new byte[_random.Next(most)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private object? Any(int depth) => _random.Next(7) switch
    {
        0 => null,
        1 => Number(),
        2 => Text(),
        3 => Leaf(),
        4 => new List<Leaf> { Leaf() },
        5 => new Box<int[]>([1, _random.Next()]),
        _ => Shape(depth),
    };

    private Shape Shape(int depth) => depth < 3 && Coin()
        ? new Group([.. Many(() => Shape(depth + 1))]) { Label = Text(), Rank = Coin() ? null : _random.Next(2) }
        : new Circle(_random.NextDouble()) { Label = Coin() ? "unnamed" : Text() };

    private Leaf Leaf() => new(Coin() ? null : Text(), Coin() ? -0.0 : _random.NextDouble(), Coin() ? Colour.Red : Colour.Blue);

    private bool Coin() => _random.Next(2) == 0;

    private T? Maybe<T>(T value) => Coin() ? value : default;

    private Guid Guid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private long Number() =>
        _random.Next(3) switch { 0 => 0, 1 => _random.Next(-100, 100), _ => _random.NextInt64(long.MinValue, long.MaxValue) };

    private string Text() => string.Concat(Enumerable.Range(0, _random.Next(60)).Select(_ => _random.Next(5) switch
    {
        0 => "é",
        1 => "\U0001F600",
        2 => "漢",
        _ => ((char)_random.Next(1, 128)).ToString(),
    }));

    private List<T> Many<T>(Func<T> make) => Enumerable.Range(0, _random.Next(5)).Select(_ => make()).ToList();
}
