using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>
/// Runs that have ended and still owe something (ended by <see cref="RunSummary.ClosedAt"/>, and runnable), and stalled ones with
/// a deadline.
/// </summary>
public abstract class EndedConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    private const int Shard = 23;

    private static readonly RunSummary Owing = Closed with { State = RunState.Runnable };

    [Fact]
    public async Task DueRunsAsync_EndedRunThatOwes_IsFoundAsRunnableUntilItIsClosed()
    {
        var key = NewKey();
        var handle = await StartAsync(key, shard: Shard);
        await Store.AppendAsync(Next(key, 1, handle, Owing));
        await Fixture.ReopenAsync();
        Assert.Equal(key.Key, Assert.Single(await DueAsync(Shard, RunState.Runnable)).Key);
        Assert.Equal(Owing, (await Store.FindAsync(key.Key))!.Summary);
        Assert.Single((await Store.ListAsync(new ListQuery { Status = WorkflowStatus.Completed })).Runs);
        Assert.Empty((await Store.ListAsync(new ListQuery { Status = WorkflowStatus.Running })).Runs);

        Assert.True(await Store.UpdateSummaryAsync(key, handle, 2, Closed));
        await Fixture.ReopenAsync();
        Assert.Empty(await DueAsync(Shard, RunState.Runnable));
        Assert.Equal(Closed, (await Store.FindAsync(key.Key))!.Summary);
    }

    [Fact]
    public async Task PurgeAsync_EndedRunThatOwes_IsRefusedUntilItIsClosed()
    {
        var key = NewKey();
        var handle = await StartAsync(key, Owing, shard: Shard);
        Assert.False(await Store.PurgeAsync(key));
        Assert.Single(await HistoryAsync(key));
        Assert.True(await Store.UpdateSummaryAsync(key, handle, 1, Closed));
        Assert.True(await Store.PurgeAsync(key));
    }

    [Fact]
    public async Task Start_PreviousHasEndedAndOwes_ClosesItInTheSameWrite()
    {
        var (first, second) = (NewKey(), NewKey());
        await StartAsync(first, Owing, shard: Shard);
        await Store.CountWakeAsync(first, 0);
        await StartAsync(second, Parked(T0), first.RunId, Shard);
        await Fixture.ReopenAsync();
        Assert.Empty(await DueAsync(Shard, RunState.Runnable));
        Assert.Equal(second.Key, Assert.Single(await DueAsync(Shard, RunState.Parked)).Key);
        Assert.Equal(Closed, (await Store.FindAsync(first.Key, first.RunId))!.Summary);
        Assert.Equal(second, (await Store.FindAsync(first.Key))!.Key);
    }

    [Fact]
    public async Task Start_RefusedBehindAnEndedRunThatOwes_LeavesItOwing()
    {
        var first = NewKey();
        await StartAsync(first, Owing, shard: Shard);
        Assert.Equal(AppendOutcome.InstanceExists, await AppendAsync(First(NewKey())));
        Assert.Single(await DueAsync(Shard, RunState.Runnable));
        Assert.Equal(Owing, (await Store.FindAsync(first.Key))!.Summary);
    }

    [Fact]
    public async Task DueRunsAsync_StalledRunWithADeadline_IsFoundUnderBoth()
    {
        var key = NewKey();
        var stalled = new RunSummary(WorkflowStatus.Stalled, RunState.Stalled, T0.AddHours(1), null, "{}");
        var handle = await StartAsync(key, shard: Shard);
        Assert.True(await Store.UpdateSummaryAsync(key, handle, 1, stalled));
        await Fixture.ReopenAsync();
        Assert.Equal(key.Key, Assert.Single(await DueAsync(Shard, RunState.Stalled)).Key);
        var due = Assert.Single(await DueAsync(Shard, RunState.Parked, T0.AddHours(1)));
        Assert.Equal((key.Key, RunState.Stalled, T0.AddHours(1)), (due.Key, due.State, due.WakeAt));
        Assert.Empty(await DueAsync(Shard, RunState.Parked, T0));
        Assert.Empty(await DueAsync(Shard, RunState.Runnable));

        await Store.AppendAsync(Next(key, 1, handle, Closed with { Status = WorkflowStatus.TimedOut }));
        Assert.Empty(await DueAsync(Shard, RunState.Stalled));
        Assert.Empty(await DueAsync(Shard, RunState.Parked));
    }
}
