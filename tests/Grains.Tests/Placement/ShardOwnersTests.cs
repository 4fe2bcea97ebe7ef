using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Tests.Support;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Placement;

/// <summary>Which silo has which shard, and what moves when silos come and go.</summary>
public sealed class ShardOwnersTests
{
    private readonly ScriptedMembership _membership = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(100)]
    public void Mine_OfAllSilosTogether_IsEachShardOnce(int silos)
    {
        for (var silo = 1; silo <= silos; silo++) _membership.Set(silo, SiloStatus.Active);
        var shares = Enumerable.Range(1, silos).Select(silo => Of(silo).Mine).ToArray();
        Assert.Equal(Enumerable.Range(0, Shards.Count), shares.SelectMany(static s => s).Order());
        Assert.All(shares, share => Assert.InRange(share.Count, 0, 3 + (Shards.Count * 2 / silos)));
    }

    [Fact]
    public void Mine_ASiloJoins_OnlyWhatItTakesMoves()
    {
        for (var silo = 1; silo <= 4; silo++) _membership.Set(silo, SiloStatus.Active);
        var before = Owners();
        _membership.Set(5, SiloStatus.Active);
        var after = Owners();
        var moved = Enumerable.Range(0, Shards.Count).Where(shard => !before[shard].Equals(after[shard])).ToArray();
        Assert.InRange(moved.Length, 25, 80); // a fifth
        Assert.All(moved, shard => Assert.Equal(ScriptedMembership.Silo(5), after[shard]));
    }

    [Theory]
    [InlineData(SiloStatus.ShuttingDown)]
    [InlineData(SiloStatus.Dead)]
    public void Mine_ASiloGoes_OnlyWhatItHadMoves(SiloStatus how)
    {
        for (var silo = 1; silo <= 5; silo++) _membership.Set(silo, SiloStatus.Active);
        var before = Owners();
        _membership.Set(3, how);
        var after = Owners();
        Assert.DoesNotContain(ScriptedMembership.Silo(3), after);
        Assert.All(Enumerable.Range(0, Shards.Count).Where(shard => !before[shard].Equals(after[shard])), shard =>
            Assert.Equal(ScriptedMembership.Silo(3), before[shard]));
    }

    [Fact]
    public void Mine_NotInFullService_IsNothing()
    {
        _membership.Set(1, SiloStatus.Joining);
        Assert.Empty(Of(1).Mine);
        Assert.Null(Of(1).OwnerOf(0));
    }

    private ShardOwners Of(int silo) => new(_membership, new LocalSilo(ScriptedMembership.Silo(silo)));

    private SiloAddress[] Owners()
    {
        var owners = Of(1);
        return [.. Enumerable.Range(0, Shards.Count).Select(shard => owners.OwnerOf(shard)!)];
    }
}
