using Orchestration.Grains.Kernel.Execution;

namespace Orchestration.Kernel.Tests.Execution;

public class SeededRandomTests
{
    [Fact]
    public void NextBits_ReferenceSeeds_AreThoseOfSplitMix64()
    {
        Assert.Equal(0xE220A8397B1DCDAFUL, new SeededRandom(0).NextBits());
        var random = new SeededRandom(1234567);
        Assert.Equal(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL],
            new[] { random.NextBits(), random.NextBits(), random.NextBits() });
    }

    [Fact]
    public void Next_AnyRange_StaysWithinAndReachesAll()
    {
        var random = new SeededRandom(5);
        var seen = new HashSet<int>();
        for (var i = 0; i < 1_000; i++)
        {
            seen.Add(random.Next(-2, 3));
            Assert.InRange(random.Next(), 0, int.MaxValue - 1);
            Assert.InRange(random.NextInt64(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue - 1);
            Assert.InRange(random.NextDouble(), 0, 0.9999999999999999);
            Assert.InRange(random.NextSingle(), 0, 0.99999994f);
            Assert.Equal(0, random.Next(0));
        }

        Assert.Equal([-2, -1, 0, 1, 2], seen.Order());
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(2, 1));
    }

    [Fact]
    public void NextGuid_AnySeed_IsOfVersionFour()
    {
        var random = new SeededRandom(9);
        var ids = Enumerable.Range(0, 1_000).Select(_ => random.NextGuid()).ToHashSet();
        Assert.Equal(1_000, ids.Count);
        Assert.All(ids, static id => Assert.Equal((4, 8), (id.Version, id.Variant & 0xC)));
    }

    [Fact]
    public void NextBytes_AnyLength_AreTheSameAgain()
    {
        var (one, other) = (new byte[21], new byte[21]);
        new SeededRandom(3).NextBytes(one);
        new SeededRandom(3).NextBytes(other.AsSpan());
        Assert.Equal(one, other);
        Assert.NotEqual(new byte[5], one[16..]);
    }
}
