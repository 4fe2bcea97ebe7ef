using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>The table of a cluster's silos.</summary>
public abstract class MembershipConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    private const string Cluster = "dev/ü";

    private IMembershipStore Members => Fixture.Membership;

    [Fact]
    public async Task ReadAsync_NeverWritten_IsEmptyAtVersionZero()
    {
        Assert.Equivalent(new MembershipRows(0, []), await Members.ReadAsync(Cluster));
        Assert.Equivalent(new MembershipRows(0, []), await Members.ReadAsync(Cluster, "a"));
    }

    [Fact]
    public async Task InsertAsync_OnTheVersion_IsReadBackAndRaisesIt()
    {
        var row = Row("10.0.0.1:11111@7", 3) with { Details = "{\"name\":\"ü\"}" };
        Assert.True(await Members.InsertAsync(Cluster, row, 0));
        Assert.True(await Members.InsertAsync(Cluster, Row("b"), 1));
        await Fixture.ReopenAsync();
        var all = await Members.ReadAsync(Cluster);
        Assert.Equal(2, all.Version);
        Assert.Equal(["10.0.0.1:11111@7", "b"], all.Members.Select(m => m.Silo));
        Assert.Equal(row with { ETag = all.Members[0].ETag }, all.Members[0]);
        Assert.NotEqual(all.Members[0].ETag, all.Members[1].ETag);
        var one = await Members.ReadAsync(Cluster, "b");
        Assert.Equal(2, one.Version);
        Assert.Equal(all.Members[1], Assert.Single(one.Members));
        var none = await Members.ReadAsync(Cluster, "c");
        Assert.Equal((2, 0), (none.Version, none.Members.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public async Task InsertAsync_OnAnotherVersion_ChangesNothing(long version)
    {
        Assert.True(await Members.InsertAsync(Cluster, Row("a"), 0));
        Assert.False(await Members.InsertAsync(Cluster, Row("b"), version));
        Assert.Equal("a", Assert.Single((await Members.ReadAsync(Cluster)).Members).Silo);
        Assert.Equal(1, (await Members.ReadAsync(Cluster)).Version);
    }

    [Fact]
    public async Task InsertAsync_AlreadyThere_ChangesNothing()
    {
        Assert.True(await Members.InsertAsync(Cluster, Row("a", 1), 0));
        Assert.False(await Members.InsertAsync(Cluster, Row("a", 2), 1));
        var rows = await Members.ReadAsync(Cluster);
        Assert.Equal((1, 1), (rows.Version, rows.Members[0].Status));
    }

    [Fact]
    public async Task UpdateAsync_OnVersionAndTag_ReplacesAndRaisesTheVersion()
    {
        await Members.InsertAsync(Cluster, Row("a", 1), 0);
        var before = (await Members.ReadAsync(Cluster)).Members[0];
        var changed = before with { Status = 6, AliveAt = T0.AddMilliseconds(3), Details = "other" };
        Assert.True(await Members.UpdateAsync(Cluster, changed, 1));
        var after = await Members.ReadAsync(Cluster);
        Assert.Equal(2, after.Version);
        Assert.NotEqual(before.ETag, after.Members[0].ETag);
        Assert.Equal(changed with { ETag = after.Members[0].ETag }, after.Members[0]);
    }

    [Fact]
    public async Task UpdateAsync_ConditionDoesNotHold_ChangesNothing()
    {
        await Members.InsertAsync(Cluster, Row("a"), 0);
        await Members.InsertAsync(Cluster, Row("b"), 1);
        var rows = await Members.ReadAsync(Cluster);
        var (a, b) = (rows.Members[0], rows.Members[1]);
        Assert.False(await Members.UpdateAsync(Cluster, a with { Status = 6 }, 1));
        Assert.False(await Members.UpdateAsync(Cluster, a with { Status = 6 }, 3));
        Assert.False(await Members.UpdateAsync(Cluster, a with { Status = 6, ETag = b.ETag }, 2));
        Assert.False(await Members.UpdateAsync(Cluster, a with { Status = 6, ETag = "wrong" }, 2));
        Assert.False(await Members.UpdateAsync(Cluster, a with { Status = 6, ETag = "" }, 2));
        Assert.False(await Members.UpdateAsync(Cluster, a with { Silo = "c" }, 2));
        var after = await Members.ReadAsync(Cluster);
        Assert.Equal(2, after.Version);
        Assert.Equal([a, b], after.Members);
    }

    [Fact]
    public async Task BeatAsync_AnyTime_WritesItAndNothingElse()
    {
        await Members.InsertAsync(Cluster, Row("a"), 0);
        await Members.InsertAsync("other", Row("a"), 0);
        var before = await Members.ReadAsync(Cluster);
        await Members.BeatAsync(Cluster, "a", T0.AddSeconds(5));
        await Members.BeatAsync(Cluster, "unknown", T0.AddSeconds(5));
        var after = await Members.ReadAsync(Cluster);
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(before.Members[0] with { AliveAt = T0.AddSeconds(5) }, Assert.Single(after.Members));
        Assert.True(await Members.UpdateAsync(Cluster, before.Members[0] with { Status = 6 }, 1)); // its tag is still good
        Assert.Equal(T0, (await Members.ReadAsync("other")).Members[0].AliveAt);
    }

    [Fact]
    public async Task PurgeAsync_OldAndNotExcepted_AreRemoved()
    {
        (string Silo, int Status, int Age)[] members = [("old-dead", 6, 9), ("old-active", 3, 9), ("new-dead", 6, 1)];
        foreach (var ((silo, status, age), version) in members.Select((m, i) => (m, i)))
            Assert.True(await Members.InsertAsync(Cluster, Row(silo, status) with { AliveAt = T0.AddDays(-age) }, version));
        await Members.InsertAsync("other", Row("old-dead", 6) with { AliveAt = T0.AddDays(-9) }, 0);
        Assert.Equal(1, await Members.PurgeAsync(Cluster, T0.AddDays(-7), exceptStatus: 3));
        Assert.Equal(0, await Members.PurgeAsync(Cluster, T0.AddDays(-7), exceptStatus: 3));
        var left = await Members.ReadAsync(Cluster);
        Assert.Equal(["new-dead", "old-active"], left.Members.Select(m => m.Silo));
        Assert.Equal(3, left.Version);
        Assert.Single((await Members.ReadAsync("other")).Members);
    }

    [Fact]
    public async Task ClearAsync_AnyCluster_RemovesItsMembersAndRaisesTheVersion()
    {
        await Members.InsertAsync(Cluster, Row("a"), 0);
        await Members.InsertAsync("other", Row("a"), 0);
        await Members.ClearAsync(Cluster);
        Assert.Equivalent(new MembershipRows(2, []), await Members.ReadAsync(Cluster));
        Assert.False(await Members.InsertAsync(Cluster, Row("a"), 0)); // from before
        Assert.True(await Members.InsertAsync(Cluster, Row("a"), 2));
        Assert.Single((await Members.ReadAsync("other")).Members);
    }

    [Fact]
    public async Task Writes_ManyOnOneVersion_OneWinsEach()
    {
        const int Writers = 8, Versions = 12;
        for (var version = 0; version < Versions; version++)
        {
            var rows = await Members.ReadAsync(Cluster);
            Assert.Equal(version, rows.Version);
            var won = await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
                rows.Members.Count > w && rows.Members[w] is { } mine
                    ? await Members.UpdateAsync(Cluster, mine with { Status = version }, rows.Version)
                    : await Members.InsertAsync(Cluster, Row($"silo{version:00}-{w}"), rows.Version))));
            Assert.Equal(1, won.Count(static w => w));
        }
    }

    [Fact]
    public async Task Joins_ManySilosRepeatUntilTheyAreIn_AllAreInOnceEach()
    {
        const int Silos = 10;
        var seen = await Task.WhenAll(Enumerable.Range(0, Silos).Select(silo => Task.Run(async () =>
        {
            var versions = new List<long>();
            while (true)
            {
                var rows = await Members.ReadAsync(Cluster);
                versions.Add(rows.Version);
                Assert.Equal(rows.Version, rows.Members.Count); // both were read together
                if (await Members.InsertAsync(Cluster, Row($"silo{silo}"), rows.Version)) return versions;
            }
        })));
        var all = await Members.ReadAsync(Cluster);
        Assert.Equal(Silos, all.Version);
        Assert.Equal(Silos, all.Members.Count);
        Assert.Equal(Silos, all.Members.Select(m => m.ETag).Distinct().Count());
        Assert.All(seen, versions => Assert.Equal(versions.Order(), versions));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\nb")]
    public async Task AnyCall_ClusterIdWithoutSense_IsRefused(string cluster)
    {
        await Assert.ThrowsAsync<InvalidRequest>(async () => await Members.ReadAsync(cluster));
        await Assert.ThrowsAsync<InvalidRequest>(async () => await Members.InsertAsync(cluster, Row("a"), 0));
        await Assert.ThrowsAsync<InvalidRequest>(async () => await Members.ReadAsync(new string('x', 151)));
    }

    private static MemberRow Row(string silo, int status = 1) => new(silo, status, T0, "details of " + silo);
}
