using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>Durable reminders.</summary>
public abstract class ReminderConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    private IReminderStore Reminders => Fixture.Reminders;

    [Fact]
    public async Task UpsertAsync_New_IsReadBackEverywhere()
    {
        var row = Row("grain/ü", 7, "tick");
        var tag = await Reminders.UpsertAsync(row);
        var expected = row with { ETag = tag };
        Assert.Equal(expected, await Reminders.ReadAsync("grain/ü", "tick"));
        Assert.Equal(expected, Assert.Single(await Reminders.ReadGrainAsync("grain/ü")));
        Assert.Equal(expected, Assert.Single(await Reminders.ReadRangeAsync(0, 100)));
        await Fixture.ReopenAsync();
        Assert.Equal(expected, await Reminders.ReadAsync("grain/ü", "tick"));
    }

    [Fact]
    public async Task UpsertAsync_Again_ReplacesAndChangesTheTag()
    {
        var first = await Reminders.UpsertAsync(Row("g", 1, "a"));
        var changed = Row("g", 1, "a") with
        {
            Period = TimeSpan.FromMinutes(9),
            StartAt = T0.AddMilliseconds(5),
            ETag = "ignored"
        };
        var second = await Reminders.UpsertAsync(changed);
        Assert.NotEqual(first, second);
        Assert.Equal(changed with { ETag = second }, Assert.Single(await Reminders.ReadGrainAsync("g")));
    }

    [Theory]
    [InlineData(10u, 20u, new[] { 11u, 20u })]
    [InlineData(20u, 10u, new[] { 0u, 10u, uint.MaxValue })]
    [InlineData(20u, 20u, new[] { 0u, 10u, 11u, 20u, uint.MaxValue })]
    [InlineData(0u, 0u, new[] { 0u, 10u, 11u, 20u, uint.MaxValue })]
    [InlineData(uint.MaxValue, 0u, new[] { 0u })]
    [InlineData(20u, uint.MaxValue, new[] { uint.MaxValue })]
    public async Task ReadRangeAsync_Range_IsOpenBelowClosedAboveAndWraps(uint begin, uint end, uint[] expected)
    {
        foreach (var hash in new[] { 0u, 10u, 11u, 20u, uint.MaxValue }) await Reminders.UpsertAsync(Row($"g{hash}", hash, "a"));
        Assert.Equal(expected, (await Reminders.ReadRangeAsync(begin, end)).Select(r => r.GrainHash).Order());
    }

    [Fact]
    public async Task RemoveAsync_WithTheTag_Removes()
    {
        var tag = await Reminders.UpsertAsync(Row("g", 1, "a"));
        await Reminders.UpsertAsync(Row("g", 1, "b"));
        Assert.False(await Reminders.RemoveAsync("g", "a", "stale"));
        Assert.True(await Reminders.RemoveAsync("g", "a", tag));
        Assert.False(await Reminders.RemoveAsync("g", "a", tag));
        Assert.Null(await Reminders.ReadAsync("g", "a"));
        Assert.Equal("b", Assert.Single(await Reminders.ReadGrainAsync("g")).Name);
        await Reminders.ClearAsync();
        Assert.Empty(await Reminders.ReadGrainAsync("g"));
    }

    private static ReminderRow Row(string grain, uint hash, string name) =>
        new(grain, hash, name, T0, TimeSpan.FromMinutes(1), "");
}
