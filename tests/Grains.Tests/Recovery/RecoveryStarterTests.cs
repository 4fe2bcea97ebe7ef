using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Tests.Recovery;

public sealed class RecoveryStarterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(10, 3)]
    [InlineData(300, 3)]
    public void ShardsToPoke_AllSilosTogether_ReachEveryShardAFewTimes(int silos, int times)
    {
        var pokes = Enumerable.Range(0, silos).SelectMany(place =>
            RecoveryStarter.ShardsToPoke(place, silos, Shards.Default)).CountBy(static s => s).ToArray();

        Assert.Equal(Shards.Default, pokes.Length);
        Assert.All(pokes, p => Assert.Equal(times, p.Value));
    }
}
