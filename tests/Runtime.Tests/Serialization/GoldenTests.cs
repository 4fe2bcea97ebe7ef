using System.Collections.Immutable;
using Orchestration.Runtime.Serialization;
using Orchestration.Runtime.Transport;

namespace Orchestration.Runtime.Tests.Serialization;

/// <summary>
/// The format, byte by byte. A change here breaks clients and silos of different releases apart: raise
/// <see cref="Handshake.ProtocolVersion"/> with it.
/// </summary>
public sealed class GoldenTests
{
    private static readonly WireSerializer s_serializer = new();

    [Fact]
    public void Write_KnownValues_HaveTheirKnownBytes()
    {
        Golden(0, "00 00");
        Golden(-1, "00 01");
        Golden(300L, "00 D8 04");
        Golden(true, "00 01");
        Golden("aé", "04 03 61 C3 A9");
        Golden<string?>(null, "07");
        Golden(1.5, "02 00 00 00 00 00 00 F8 3F");
        Golden(Colour.Blue, "00 05");
        Golden(TimeSpan.FromMilliseconds(1), "00 A0 9C 01");
        Golden(new DateTime(1, DateTimeKind.Utc), "02 01 00 00 00 00 00 00 40");
        Golden<byte[]>([1, 2], "04 02 01 02");
        Golden<int[]>([1, 2], "06 02 00 02 04");
        Golden<int?[]>([null, 2], "06 02 08 00 01 04");
        Golden(new Dictionary<string, int> { ["k"] = 1 }, "06 01 14 00 01 6B 02");
        Golden(new Point(1, 2), "05 00 00 02 0F 28 04 07");
        Golden(new Leaf("n", 0, Colour.Red), "05 00 04 01 6E 10 0E 07");
        Golden<Shape>(new Circle(0), "05 02 0B 74 65 73 74 2E 63 69 72 63 6C 65 04 07 75 6E 6E 61 6D 65 64 0F 07");
        Golden(ImmutableArray.Create<byte>(9), "04 01 09");
    }

    [Fact]
    public void Hello_Fields_HaveTheirKnownBytes() => Golden(
        new Hello { ClusterId = "c", ServiceId = "s", Name = "n" }, "05 00 17 0C 01 63 14 01 73 1C 01 6E 3F 47 4F 57 5F 07");

    [Theory]
    [InlineData("0500170C01631401731C016E3707")]
    [InlineData("0500170C01631401731C016E3F474F07")]
    [InlineData("0500170C01631401731C016E3F474F5707")]
    public void Hello_OfAnOlderRelease_IsUnderstood(string bytes) => Assert.Equal(
        new Hello { ClusterId = "c", ServiceId = "s", Name = "n" },
        s_serializer.FromBytes<Hello>(Convert.FromHexString(bytes)));

    private static void Golden<T>(T value, string expected)
    {
        var bytes = s_serializer.ToBytes(value);
        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(bytes));
        Assert.Equal(bytes, s_serializer.ToBytes(s_serializer.FromBytes<T>(bytes)));
    }
}
