using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>First appends: one run of an instance at a time.</summary>
public abstract class StartConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task Start_NewInstance_IsFoundWithAllItWasGiven()
    {
        var key = NewKey("order-1", "shop");
        var wakeAt = T0.AddMilliseconds(1234);
        var started = T0.AddMilliseconds(7);
        var summary = new RunSummary(WorkflowStatus.Stalled, RunState.Parked, wakeAt, null, """{"why":"é"}""");
        var handle = (await Store.AppendAsync(First(key, summary, type: "Ördér", startedAt: started))).Handle;
        Assert.Equal(new RunRecord(key, handle, "Ördér", started, summary, 0), await Store.FindAsync(key.Key));
        Assert.Equal(new RunRecord(key, handle, "Ördér", started, summary, 0), await Store.FindAsync(key.Key, key.RunId));
    }

    [Fact]
    public async Task FindAsync_Unknown_IsNull()
    {
        var key = NewKey();
        Assert.Null(await Store.FindAsync(key.Key));
        await StartAsync(key);
        Assert.Null(await Store.FindAsync(key.Key, new RunId(Guid.NewGuid())));
        Assert.Null(await Store.FindAsync(new WorkflowKey("order-2")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_InstanceHasARun_IsRefusedWithThatRun(bool closed)
    {
        var key = NewKey();
        var handle = await StartAsync(key, closed ? Closed : Parked(T0));
        var result = await Store.AppendAsync(First(NewKey()));
        Assert.Equal(AppendOutcome.InstanceExists, result.Outcome);
        Assert.Equal(new RunRecord(key, handle, "orders", T0, closed ? Closed : Parked(T0), 0), result.Existing);
    }

    [Fact]
    public async Task Start_AfterClosedPrevious_IsTheLatest()
    {
        var (first, second) = (NewKey(), NewKey());
        await StartAsync(first, Closed);
        await StartAsync(second, previous: first.RunId);
        Assert.Equal(second, (await Store.FindAsync(first.Key))!.Key);
        Assert.Equal(first, (await Store.FindAsync(first.Key, first.RunId))!.Key);
    }

    [Fact]
    public async Task Start_PreviousStillOpen_IsRefused()
    {
        var first = NewKey();
        await StartAsync(first);
        var result = await Store.AppendAsync(First(NewKey(), previous: first.RunId));
        Assert.Equal((AppendOutcome.InstanceExists, first), (result.Outcome, result.Existing!.Key));
    }

    [Fact]
    public async Task Start_PreviousNotTheLatest_IsRefused()
    {
        var (first, second) = (NewKey(), NewKey());
        await StartAsync(first, Closed);
        await StartAsync(second, Closed, first.RunId);
        var result = await Store.AppendAsync(First(NewKey(), previous: first.RunId));
        Assert.Equal((AppendOutcome.InstanceExists, second), (result.Outcome, result.Existing!.Key));
    }

    [Fact]
    public async Task Start_PreviousGone_IsAConflict()
    {
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(First(NewKey(), previous: new RunId(Guid.NewGuid()))));
        Assert.Null(await Store.FindAsync(NewKey().Key));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(First(NewKey())));
    }

    [Fact]
    public async Task Start_Repeated_SucceedsAndWritesNothing()
    {
        var key = NewKey();
        var request = First(key);
        var handle = (await Store.AppendAsync(request)).Handle;
        await Store.AppendAsync(Next(key, 1, handle, Closed));
        Assert.Equal(new AppendResult(AppendOutcome.Appended, handle), await Store.AppendAsync(request));
        Assert.Equal(2, (await HistoryAsync(key)).Count);
        Assert.Equal(Closed, (await Store.FindAsync(key.Key))!.Summary);
    }

    [Fact]
    public async Task Start_RepeatedAfterALaterRun_SucceedsAndWritesNothing()
    {
        var (first, second) = (NewKey(), NewKey());
        var request = First(first, Closed);
        await Store.AppendAsync(request);
        var repeat = First(second, Closed, previous: first.RunId);
        await Store.AppendAsync(repeat);
        await StartAsync(NewKey(), previous: second.RunId);
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(request));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(repeat));
        Assert.Equal(3, (await Store.ListAsync(new ListQuery())).Runs.Count);
    }

    [Fact]
    public async Task Start_SameRunByAnotherTurn_IsAConflict()
    {
        var key = NewKey();
        await StartAsync(key);
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(First(key)));
    }

    [Fact]
    public async Task Start_ManyAtOnceOfOneInstance_OneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            var key = NewKey();
            return (key, await Store.AppendAsync(First(key)));
        })));
        var winner = Assert.Single(results, r => r.Item2.Outcome == AppendOutcome.Appended).key;
        Assert.All(results.Where(r => r.key != winner), r =>
        {
            Assert.Equal(AppendOutcome.InstanceExists, r.Item2.Outcome);
            Assert.Equal(winner, r.Item2.Existing!.Key);
        });
    }

    [Fact]
    public async Task Start_SameIdInOtherNamespaces_AreApart()
    {
        var (a, b) = (NewKey("x", "a"), NewKey("x", "b"));
        await StartAsync(a, Closed);
        await StartAsync(b);
        Assert.Equal(Closed, (await Store.FindAsync(a.Key))!.Summary);
        Assert.Equal(b, (await Store.FindAsync(b.Key))!.Key);
        Assert.Null(await Store.FindAsync(new WorkflowKey("x")));
        Assert.Equal(a, Assert.Single((await Store.ListAsync(new ListQuery { Namespace = "a" })).Runs).Key);
    }
}
