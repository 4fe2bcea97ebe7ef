using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>What recovery wakes: the index of open runs, summaries, and the count of wakes in vain.</summary>
public abstract class DueConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    private const int Shard = 17;

    [Fact]
    public async Task DueRunsAsync_OneRunOfEachState_AreFoundUnderTheirs()
    {
        var (runnable, parked, stalled, waiting, closed) = (NewKey("r"), NewKey("p"), NewKey("s"), NewKey("w"), NewKey("c"));
        await StartAsync(runnable, Runnable, shard: Shard);
        await StartAsync(parked, Parked(T0), shard: Shard);
        await StartAsync(stalled, new RunSummary(WorkflowStatus.Stalled, RunState.Stalled, null, Detail: "why"), shard: Shard);
        await StartAsync(waiting, Parked(null), shard: Shard);
        await StartAsync(closed, Closed, shard: Shard);

        var run = Assert.Single(await DueAsync(Shard, RunState.Runnable));
        Assert.Equal((runnable.Key, RunState.Runnable, null), (run.Key, run.State, run.WakeAt));
        run = Assert.Single(await DueAsync(Shard, RunState.Parked));
        Assert.Equal((parked.Key, RunState.Parked, T0), (run.Key, run.State, run.WakeAt));
        run = Assert.Single(await DueAsync(Shard, RunState.Stalled));
        Assert.Equal((stalled.Key, RunState.Stalled, null, "why"), (run.Key, run.State, run.WakeAt, run.Detail));
    }

    [Fact]
    public async Task DueRunsAsync_RunnableRunWithATimer_IsFoundUnderBoth()
    {
        var key = NewKey();
        var handle = await StartAsync(key, Runnable with { WakeAt = T0 }, shard: Shard);
        Assert.Single(await DueAsync(Shard, RunState.Runnable));
        var due = Assert.Single(await DueAsync(Shard, RunState.Parked));
        Assert.Equal(new DueRun(key.Key, RunState.Runnable, T0, 0, handle), due);

        await Store.AppendAsync(Next(key, 1, handle, Closed));
        Assert.Empty(await DueAsync(Shard, RunState.Runnable));
        Assert.Empty(await DueAsync(Shard, RunState.Parked));
    }

    [Fact]
    public async Task DueRunsAsync_Until_IsHonouredToTheMillisecond()
    {
        await StartAsync(NewKey(), Parked(T0.AddMilliseconds(1000)), shard: Shard);
        Assert.Empty(await DueAsync(Shard, RunState.Parked, T0.AddMilliseconds(999)));
        Assert.Single(await DueAsync(Shard, RunState.Parked, T0.AddMilliseconds(1000)));
    }

    [Fact]
    public async Task DueRunsAsync_OtherShards_AreApart()
    {
        await StartAsync(NewKey("a"), shard: 0);
        await StartAsync(NewKey("b"), shard: 255);
        Assert.Equal("a", Assert.Single(await DueAsync(0, RunState.Runnable)).Key.Id.Value);
        Assert.Equal("b", Assert.Single(await DueAsync(255, RunState.Runnable)).Key.Id.Value);
        Assert.Empty(await DueAsync(1, RunState.Runnable));
    }

    [Fact]
    public async Task ShardCount_Reopened_IsTheSame()
    {
        var count = Store.ShardCount;
        Assert.InRange(count, 1, Shards.Maximum);
        await Fixture.ReopenAsync();
        Assert.Equal(count, Store.ShardCount);
        await StartAsync(NewKey("last"), shard: count - 1);
        Assert.Single(await DueAsync(count - 1, RunState.Runnable));
    }

    [Fact]
    public async Task DueRunsAsync_InPages_GivesEachOnceInOrderOfTime()
    {
        var times = Enumerable.Range(0, 50).Select(i => T0.AddMilliseconds(i * 7919 % 50 / 5)).ToArray();
        for (var i = 0; i < times.Length; i++) await StartAsync(NewKey($"p{i}"), Parked(times[i]), shard: Shard);

        var seen = new List<DueRun>();
        while (true)
        {
            var page = await Store.DueRunsAsync(
                new DueQuery(Shard, RunState.Parked, T0.AddHours(1), 7, seen.Count == 0 ? null : seen[^1]));
            seen.AddRange(page);
            if (page.Count < 7) break;
        }

        Assert.Equal(50, seen.DistinctBy(r => r.Key).Count());
        Assert.Equal(seen.OrderBy(r => r.WakeAt).ThenBy(r => r.Handle), seen);
    }

    [Fact]
    public async Task DueRunsAsync_RunnableInPages_GivesEachOnce()
    {
        for (var i = 0; i < 20; i++) await StartAsync(NewKey($"r{i}"), shard: Shard);
        var first = await DueAsync(Shard, RunState.Runnable, limit: 12);
        var rest = await Store.DueRunsAsync(new DueQuery(Shard, RunState.Runnable, T0, 12, first[^1]));
        Assert.Equal((12, 8), (first.Count, rest.Count));
        Assert.Equal(20, first.Concat(rest).DistinctBy(r => r.Handle).Count());
    }

    [Fact]
    public async Task DueRunsAsync_SummaryChanges_TheIndexFollows()
    {
        var key = NewKey();
        var handle = await StartAsync(key, Parked(T0), shard: Shard);
        await Store.AppendAsync(Next(key, 1, handle, Parked(T0.AddSeconds(9))));
        Assert.Empty(await DueAsync(Shard, RunState.Parked, T0.AddSeconds(8)));
        Assert.Equal(T0.AddSeconds(9), Assert.Single(await DueAsync(Shard, RunState.Parked)).WakeAt);
        await Store.AppendAsync(Next(key, 2, handle));
        Assert.Single(await DueAsync(Shard, RunState.Parked));
        await Store.AppendAsync(Next(key, 3, handle, Parked(null)));
        Assert.Empty(await DueAsync(Shard, RunState.Parked));
        await Store.AppendAsync(Next(key, 4, handle, Runnable));
        Assert.Single(await DueAsync(Shard, RunState.Runnable));
    }

    [Fact]
    public async Task DueRunsAsync_Reopened_IsTheSame()
    {
        await StartAsync(NewKey("a"), Parked(T0), shard: Shard);
        await StartAsync(NewKey("b"), Runnable, shard: Shard);
        var before = (await DueAsync(Shard, RunState.Parked)).Concat(await DueAsync(Shard, RunState.Runnable)).ToArray();
        await Fixture.ReopenAsync();
        Assert.Equal(before, (await DueAsync(Shard, RunState.Parked)).Concat(await DueAsync(Shard, RunState.Runnable)));
    }

    [Fact]
    public async Task DueRunsAsync_BadQuery_IsRefused()
    {
        DueQuery[] bad =
        [
            new(Shard, RunState.Closed, T0, 1), new(Shard, RunState.Parked, T0, 0), new(-1, RunState.Parked, T0, 1),
            new(Store.ShardCount, RunState.Parked, T0, 1),
        ];
        foreach (var query in bad) await Assert.ThrowsAsync<InvalidRequest>(async () => await Store.DueRunsAsync(query));
    }

    [Fact]
    public async Task CountWakeAsync_AgainAndAgain_CountsDurably()
    {
        var key = NewKey();
        var handle = await StartAsync(key, shard: Shard);
        Assert.Equal(1, await Store.CountWakeAsync(key, handle));
        Assert.Equal(2, await Store.CountWakeAsync(key, 0));
        await Fixture.ReopenAsync();
        Assert.Equal(3, await Store.CountWakeAsync(key, handle));
        Assert.Equal(3, Assert.Single(await DueAsync(Shard, RunState.Runnable)).Wakes);
        Assert.Equal(3, (await Store.FindAsync(key.Key))!.Wakes);
    }

    [Fact]
    public async Task CountWakeAsync_RunGone_IsNull() => Assert.Null(await Store.CountWakeAsync(NewKey(), 0));

    [Fact]
    public async Task AppendAsync_Wakes_AreSet()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.CountWakeAsync(key, handle);
        await Store.AppendAsync(Next(key, 1, handle));
        Assert.Equal(1, (await Store.FindAsync(key.Key))!.Wakes);
        await Store.AppendAsync(Next(key, 2, handle, wakes: 0));
        Assert.Equal(0, (await Store.FindAsync(key.Key))!.Wakes);
        Assert.Equal(1, await Store.CountWakeAsync(key, handle));
        await Store.AppendAsync(Next(key, 3, handle, wakes: 2));
        await Fixture.ReopenAsync();
        Assert.Equal(2, (await Store.FindAsync(key.Key))!.Wakes);
    }

    [Fact]
    public async Task UpdateSummaryAsync_AtTheExpectedSequence_IsWritten()
    {
        var key = NewKey();
        var handle = await StartAsync(key, shard: Shard);
        var stalled = new RunSummary(WorkflowStatus.Stalled, RunState.Stalled, null, null, "{}");
        await Store.CountWakeAsync(key, handle);
        Assert.True(await Store.UpdateSummaryAsync(key, handle, 1, stalled));
        Assert.Equal((stalled, 1), ((await Store.FindAsync(key.Key))!.Summary, (await Store.FindAsync(key.Key))!.Wakes));
        Assert.Single(await DueAsync(Shard, RunState.Stalled));
        Assert.Single(await HistoryAsync(key));
        Assert.True(await Store.UpdateSummaryAsync(key, 0, 1, Runnable, wakes: 0));
        Assert.Equal(0, (await Store.FindAsync(key.Key))!.Wakes);
    }

    [Fact]
    public async Task UpdateSummaryAsync_ElsewhereOrGone_WritesNothing()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        Assert.False(await Store.UpdateSummaryAsync(key, handle, 0, Closed));
        Assert.False(await Store.UpdateSummaryAsync(key, handle, 2, Closed));
        Assert.False(await Store.UpdateSummaryAsync(NewKey("other"), 0, 1, Closed));
        Assert.Equal(Runnable, (await Store.FindAsync(key.Key))!.Summary);
    }
}
