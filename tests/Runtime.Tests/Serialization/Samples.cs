using System.Collections.Immutable;
using Orleans;

namespace Orchestration.Runtime.Tests.Serialization;

public enum Colour : short
{
    None,
    Red = 7,
    Blue = -3,
}

[GenerateSerializer, Immutable, Alias("test.point")]
public readonly record struct Point(int X, [property: Id(5)] int Y);

[GenerateSerializer, Alias("test.leaf")]
public sealed record Leaf(string? Name, double Weight, Colour Colour);

[GenerateSerializer, Alias("test.shape")]
public abstract record Shape
{
    [Id(0)] public string Label { get; init; } = "unnamed";
}

[GenerateSerializer, Alias("test.circle")]
public sealed record Circle([property: Id(0)] double Radius) : Shape;

[GenerateSerializer, Alias("test.group")]
public sealed record Group(ImmutableArray<Shape> Parts) : Shape
{
    [Id(0)] public int? Rank { get; init; }
}

[GenerateSerializer, Alias("test.everything")]
public sealed class Everything
{
    [Id(0)] private readonly long _secret;
    [Id(20)] public byte[]? Bytes { get; set; }

    public Everything()
    {
    }

    public Everything(long secret) => _secret = secret;

    [Id(1)] public bool Flag { get; set; }
    [Id(2)] public Guid Key { get; init; }
    [Id(3)] public DateTime Local { get; init; }
    [Id(4)] public DateTimeOffset At { get; init; }
    [Id(5)] public TimeSpan Span { get; init; }
    [Id(6)] public decimal Money { get; init; }
    [Id(7)] public float Ratio { get; init; }
    [Id(8)] public List<string?>? Names { get; init; }
    [Id(9)] public Dictionary<string, Leaf?>? Leaves { get; init; }
    [Id(10)] public HashSet<int>? Numbers { get; init; }
    [Id(11)] public ImmutableArray<Point> Points { get; init; }
    [Id(12)] public Shape? Shape { get; init; }
    [Id(13)] public object? Any { get; init; }
    [Id(14)] public (int Left, string? Right) Pair { get; init; }
    [Id(15)] public Everything? Next { get; init; }
    [Id(16)] public ReadOnlyMemory<byte> Memory { get; init; }
    [Id(17)] public IReadOnlyList<Shape> Shapes { get; init; } = [];
    [Id(18)] public ulong Big { get; init; }
    [Id(300)] public string? NotNull { get; set; } = "set by default";
    [Id(301)] public int?[]? Sparse { get; init; }
    [Id(302)] public ImmutableDictionary<string, int>? Map { get; init; }
    [Id(303)] public char Letter { get; init; }
    [Id(304)] public DateOnly Day { get; init; }

    public string? Unsent { get; set; }

    public long Secret => _secret;
}

public sealed class Foreign(string text)
{
    public string Text { get; } = text;
}

[GenerateSerializer]
public struct ForeignSurrogate
{
    [Id(0)] public string Text { get; set; }
}

[RegisterConverter]
public sealed class ForeignConverter : IConverter<Foreign, ForeignSurrogate>
{
    public Foreign ConvertFromSurrogate(in ForeignSurrogate surrogate) => new(surrogate.Text);

    public ForeignSurrogate ConvertToSurrogate(in Foreign value) => new() { Text = value.Text };
}

[GenerateSerializer, Alias("test.box`1")]
public sealed record Box<T>(T Value);

public sealed class NotMarked;

[GenerateSerializer]
public sealed class HasNotMarked
{
    [Id(0)] public NotMarked? Member { get; init; }
}

[GenerateSerializer, Alias("test.node")]
public sealed class Node
{
    [Id(0)] public Node? Next { get; set; }
}

[GenerateSerializer, Alias("test.version"), Immutable]
public sealed record Stable(string Name);

[GenerateSerializer, Alias("test.order.error")]
public sealed class OrderException(string message, int code) : Exception(message)
{
    [Id(0)] public int Code { get; } = code;
}
