using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>Small state, guarded by tags.</summary>
public abstract class SmallStateConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    private ISmallStateStore States => Fixture.SmallState;

    [Fact]
    public async Task WriteAsync_New_IsReadBack()
    {
        Assert.Null(await States.ReadAsync("kind", "key"));
        var tag = await States.WriteAsync("kind", "key", null, Body("state"));
        await Fixture.ReopenAsync();
        var state = (await States.ReadAsync("kind", "key"))!;
        Assert.Equal((tag, "state"), (state.ETag, System.Text.Encoding.UTF8.GetString(state.Data.Span)));
        Assert.Null(await States.ReadAsync("kind", "Key"));
        Assert.Null(await States.ReadAsync("other", "key"));
    }

    [Fact]
    public async Task WriteAsync_StaleOrMissingTag_WritesNothing()
    {
        Assert.Null(await States.WriteAsync("k", "a", "tag of nothing", Body("x")));
        var first = await States.WriteAsync("k", "a", null, Body("1"));
        Assert.Null(await States.WriteAsync("k", "a", null, Body("x")));
        var second = await States.WriteAsync("k", "a", first, Body("2"));
        Assert.NotNull(second);
        Assert.NotEqual(first, second);
        Assert.Null(await States.WriteAsync("k", "a", first, Body("x")));
        Assert.Equal(second, (await States.ReadAsync("k", "a"))!.ETag);
    }

    [Fact]
    public async Task ClearAsync_Conditions_AreHeld()
    {
        Assert.True(await States.ClearAsync("k", "a", null));
        var tag = await States.WriteAsync("k", "a", null, Body(""));
        Assert.Equal(0, (await States.ReadAsync("k", "a"))!.Data.Length);
        Assert.False(await States.ClearAsync("k", "a", null));
        Assert.False(await States.ClearAsync("k", "a", "stale"));
        Assert.True(await States.ClearAsync("k", "a", tag));
        Assert.False(await States.ClearAsync("k", "a", tag));
        Assert.Null(await States.ReadAsync("k", "a"));
        Assert.NotNull(await States.WriteAsync("k", "a", null, Body("again")));
    }

    [Fact]
    public async Task WriteAsync_ManyAtOnce_OneWinsEachTag()
    {
        var tag = await States.WriteAsync("k", "a", null, Body("0"));
        var tags = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            async () => await States.WriteAsync("k", "a", tag, Body($"{i}")))));
        Assert.Equal(Assert.Single(tags, t => t is not null), (await States.ReadAsync("k", "a"))!.ETag);
    }
}
