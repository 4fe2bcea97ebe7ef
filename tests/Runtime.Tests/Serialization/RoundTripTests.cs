using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Orchestration.Runtime.Serialization;
using Orleans.Serialization;

namespace Orchestration.Runtime.Tests.Serialization;

public sealed class RoundTripTests
{
    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly WireSerializer s_serializer = new();

    [Fact]
    public void RoundTrip_RandomGraph_IsEqual()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var value = new RandomGraph(seed).Everything();
            var back = s_serializer.FromBytes<Everything>(s_serializer.ToBytes(value));
            Assert.Equal(Describe(value), Describe(back));
            Assert.Equal(s_serializer.ToBytes(value), s_serializer.ToBytes(back));
        }
    }

    [Fact]
    public void Copy_RandomGraph_IsEqualAndSharesNothingMutable()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var value = new RandomGraph(seed).Everything();
            var copy = s_serializer.Copy(value);
            Assert.Equal(Describe(value), Describe(copy));
            if (value.Names is null) continue;
            Assert.NotSame(value.Names, copy.Names);
        }
    }

    [Fact]
    public void Copy_ImmutableType_IsTheSameReference()
    {
        var value = new Stable("a");
        Assert.Same(value, s_serializer.Copy(value));
        Assert.Same("text", s_serializer.Copy("text"));
        ImmutableArray<Stable> many = [value];
        Assert.Equal(many, s_serializer.Copy(many));
    }

    [Theory]
    [InlineData(0L), InlineData(1L), InlineData(-1L), InlineData(63L), InlineData(64L)]
    [InlineData(long.MaxValue), InlineData(long.MinValue)]
    public void RoundTrip_Int64_IsEqual(long value) =>
        Assert.Equal(value, s_serializer.FromBytes<long>(s_serializer.ToBytes(value)));

    [Fact]
    public void RoundTrip_Extremes_AreEqual()
    {
        Same(decimal.MinValue);
        Same(DateTime.MaxValue);
        Same(DateTimeOffset.MinValue);
        Same(TimeSpan.MinValue);
        Same(double.NaN);
        Same(ulong.MaxValue);
        Same(sbyte.MinValue);
        Same(Colour.Blue);
        Same((int?)0);
        Same((int?)null);
        Same<string?>(null);
        Same("");
        Same(new string('x', 100_000));
        Same(new Uri("http://h/a b"));
        Same(new Version(1, 2, 3));
        Same(TimeOnly.MaxValue);
        Same((1, 2, 3, 4, 5, 6, 7, 8, 9));
        Same(Tuple.Create(1, "two"));
        Same(KeyValuePair.Create("k", 4));

        static void Same<T>(T value) => Assert.Equal(value, s_serializer.FromBytes<T>(s_serializer.ToBytes(value)));
    }

    [Fact]
    public void RoundTrip_MemberSetToNullAgainstItsInitializer_StaysNull()
    {
        var back = s_serializer.FromBytes<Everything>(s_serializer.ToBytes(new Everything { NotNull = null, Flag = false }));
        Assert.Null(back.NotNull);
    }

    [Fact]
    public void RoundTrip_MemberWithoutId_IsNotSent() =>
        Assert.Null(s_serializer.FromBytes<Everything>(s_serializer.ToBytes(new Everything { Unsent = "x" })).Unsent);

    [Fact]
    public void RoundTrip_Converter_MakesTheValueAgain()
    {
        Assert.Equal("abc", s_serializer.FromBytes<Foreign>(s_serializer.ToBytes(new Foreign("abc"))).Text);
        Assert.Equal("abc", ((Foreign)s_serializer.FromBytes<object>(s_serializer.ToBytes<object>(new Foreign("abc")))).Text);
        Assert.NotSame(s_serializer.Copy(new Foreign("a")), new Foreign("a"));
    }

    [Fact]
    public void RoundTrip_GenericAndPolymorphic_KeepsTheTypes()
    {
        object[] values = [new Box<Shape>(new Circle(1)), new Box<string>("a"), 7, "text", new Circle(2), new[] { 1, 2 },
            new Dictionary<string, int> { ["a"] = 1 }];
        var back = s_serializer.FromBytes<object[]>(s_serializer.ToBytes(values));
        Assert.Equal(values.Select(value => value.GetType()), back.Select(value => value.GetType()));
        Assert.Equal(values[0], back[0]);
    }

    [Fact]
    public void Write_PolymorphicTwice_NamesTheTypeOnce()
    {
        var one = s_serializer.ToBytes<Shape[]>([new Circle(1)]).Length;
        var ten = s_serializer.ToBytes<Shape[]>([.. Enumerable.Range(0, 10).Select(_ => new Circle(1))]).Length;
        Assert.InRange((ten - one) / 9.0, 1, 25);
    }

    [Fact]
    public void GetCodec_TypeWithoutAttribute_SaysWhatToDo()
    {
        var error = Assert.Throws<CodecNotFoundException>(() => s_serializer.ToBytes(new NotMarked()));
        Assert.Contains(nameof(NotMarked), error.Message, StringComparison.Ordinal);
        Assert.Contains("[GenerateSerializer]", error.Message, StringComparison.Ordinal);
        Assert.Throws<CodecNotFoundException>(() => s_serializer.Prepare(typeof(List<HasNotMarked>)));
        Assert.Throws<CodecNotFoundException>(() => s_serializer.ToBytes<object>(new NotMarked()));
    }

    [Fact]
    public void Write_CyclicGraph_IsRefused()
    {
        var node = new Node();
        node.Next = node;
        Assert.Throws<SerializerException>(() => s_serializer.ToBytes(node));
        Assert.Throws<SerializerException>(() => s_serializer.Copy(node));
    }

    [Fact]
    public void Write_ComparerOfItsOwn_IsRefused()
    {
        var folding = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        Assert.Throws<SerializerException>(() => s_serializer.ToBytes(folding));
        var ordinal = new HashSet<string>(StringComparer.Ordinal) { "a" };
        Assert.Single(s_serializer.FromBytes<HashSet<string>>(s_serializer.ToBytes(ordinal)));
    }

    // A second, independent look at the values: any difference in a member shows in the text.
    private static string Describe(object? value)
    {
        switch (value)
        {
            case null: return "null";
            case string text: return $"'{text}'";
            case DateTime date: return $"{date.Ticks} {date.Kind}";
            case DateTimeOffset date: return $"{date.Ticks} {date.Offset}";
            case double number: return BitConverter.DoubleToInt64Bits(number).ToString("x");
            case ReadOnlyMemory<byte> memory: return Convert.ToHexString(memory.Span);
            case IDictionary map:
                var pairs = map.Keys.Cast<object>().Order().Select(key => $"{key}:{Describe(map[key])}");
                return $"{{{string.Join(',', pairs)}}}";
        }

        var type = value.GetType();
        if (type.IsPrimitive || type.IsEnum || IsPlain(type)) return $"{value}";
        if (IsDefaultArray(value, type)) return "default";
        if (value is IEnumerable items) return $"[{string.Join(',', items.Cast<object?>().Select(Describe))}]";
        var fields = new List<FieldInfo>();
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
            fields.AddRange(level.GetFields(Own));
        return $"{type.Name}({string.Join(',', fields.Select(field => $"{field.Name}={Describe(field.GetValue(value))}"))})";
    }

    private static bool IsPlain(Type type) => type.Namespace == nameof(System) && !type.IsArray && !type.Name.Contains("Tuple");

    private static bool IsDefaultArray(object value, Type type) =>
        type.Name.StartsWith("ImmutableArray", StringComparison.Ordinal) && (bool)type.GetProperty("IsDefault")!.GetValue(value)!;
}
