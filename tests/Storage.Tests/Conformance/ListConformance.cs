using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>Lists: filters, order, pages that hold while runs come.</summary>
public abstract class ListConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task ListAsync_Empty_IsEmpty()
    {
        var page = await Store.ListAsync(new ListQuery());
        Assert.Empty(page.Runs);
        Assert.Null(page.Continuation);
    }

    [Fact]
    public async Task ListAsync_All_NewestStartFirst()
    {
        int[] seconds = [3, 1, 2, 2, 5];
        for (var i = 0; i < seconds.Length; i++) await Store.AppendAsync(First(NewKey($"w{i}"), startedAt: T0.AddSeconds(
            seconds[i])));
        Assert.Equal(["w4", "w0", "w3", "w2", "w1"], await IdsAsync(new ListQuery()));
    }

    [Fact]
    public async Task ListAsync_EachFilter_KeepsWhatItNames()
    {
        await Store.AppendAsync(First(NewKey("order-1"), type: "orders", startedAt: T0));
        await Store.AppendAsync(First(NewKey("order-2"), Closed, type: "orders", startedAt: T0.AddSeconds(1)));
        await Store.AppendAsync(First(NewKey("Order-3"), type: "Orders", startedAt: T0.AddSeconds(2)));
        await Store.AppendAsync(First(NewKey("mail-1"), Parked(null), type: "mails", startedAt: T0.AddSeconds(3)));
        await Store.AppendAsync(First(NewKey("order-1", "other"), startedAt: T0.AddSeconds(4)));

        Assert.Equal(["order-2", "order-1"], await IdsAsync(new ListQuery { WorkflowType = "orders" }));
        Assert.Equal(["order-2"], await IdsAsync(new ListQuery { Status = WorkflowStatus.Completed }));
        Assert.Equal(["order-2", "order-1"], await IdsAsync(new ListQuery { IdPrefix = "order-" }));
        Assert.Equal(["order-1"], await IdsAsync(new ListQuery { Namespace = "other" }));
        Assert.Equal(["mail-1", "Order-3"], await IdsAsync(new ListQuery { StartedFrom = T0.AddSeconds(2) }));
        Assert.Equal(["order-2", "order-1"], await IdsAsync(new ListQuery { StartedBefore = T0.AddSeconds(2) }));
        Assert.Equal(["order-1"], await IdsAsync(new ListQuery
        {
            WorkflowType = "orders", Status = WorkflowStatus.Running, IdPrefix = "order", StartedFrom = T0,
            StartedBefore = T0.AddSeconds(9),
        }));
        Assert.Empty(await IdsAsync(new ListQuery { WorkflowType = "none" }));
        Assert.Equal(4, (await IdsAsync(new ListQuery { IdPrefix = "" })).Count);
    }

    [Fact]
    public async Task ListAsync_PrefixWithOddCharacters_IsTakenAsItIs()
    {
        foreach (var id in new[] { "a%b", "axb", "a_b", "😀1", "😀2", "日" }) await StartAsync(NewKey(id));
        Assert.Equal(["a%b"], await IdsAsync(new ListQuery { IdPrefix = "a%" }));
        Assert.Equal(["a_b"], await IdsAsync(new ListQuery { IdPrefix = "a_" }));
        Assert.Equal(2, (await IdsAsync(new ListQuery { IdPrefix = "😀" })).Count);
    }

    [Fact]
    public async Task ListAsync_InPagesWhileRunsCome_GivesEachOnce()
    {
        for (var i = 0; i < 25; i++) await Store.AppendAsync(First(NewKey($"old{i}"), startedAt: T0.AddMilliseconds(i / 3)));
        var seen = new List<string>();
        string? continuation = null;
        for (var pages = 0; pages == 0 || continuation is not null; pages++)
        {
            var page = await Store.ListAsync(new ListQuery { PageSize = 4, Continuation = continuation });
            Assert.True(page.Runs.Count <= 4);
            seen.AddRange(page.Runs.Select(r => r.Key.Key.Id.Value));
            continuation = page.Continuation;
            await Store.AppendAsync(First(NewKey($"new{pages}"), startedAt: T0.AddSeconds(1)));
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
        Assert.All(seen, id => Assert.StartsWith("old", id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ListAsync_LastPageFull_HasNoContinuation()
    {
        for (var i = 0; i < 4; i++) await StartAsync(NewKey($"w{i}"));
        Assert.Null((await Store.ListAsync(new ListQuery { PageSize = 4 })).Continuation);
        Assert.NotNull((await Store.ListAsync(new ListQuery { PageSize = 3 })).Continuation);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(1001, null)]
    [InlineData(10, "")]
    [InlineData(10, "nonsense")]
    [InlineData(10, "1.x")]
    [InlineData(10, "99999999999999999999.1")]
    public async Task ListAsync_BadQuery_IsRefused(int pageSize, string? continuation) =>
        await Assert.ThrowsAsync<InvalidRequest>(
            async () => await Store.ListAsync(new ListQuery { PageSize = pageSize, Continuation = continuation }));

    [Fact]
    public async Task ListAsync_EachStatus_ListsItsRunsAlone()
    {
        foreach (var status in Enum.GetValues<WorkflowStatus>())
        {
            var isOpen = status is WorkflowStatus.Running or WorkflowStatus.Stalled;
            var summary = new RunSummary(
                status, isOpen ? RunState.Parked : RunState.Closed, null, isOpen ? null : T0.AddMinutes(5));
            foreach (var type in new[] { "a", "b" })
                await Store.AppendAsync(First(NewKey($"{type}-{status}"), summary, type: type, startedAt: T0.AddSeconds(1)));
        }

        foreach (var status in Enum.GetValues<WorkflowStatus>())
        {
            Assert.Equal([$"b-{status}", $"a-{status}"], await IdsAsync(new ListQuery { Status = status }));
            Assert.Equal([$"a-{status}"], await IdsAsync(new ListQuery { Status = status, WorkflowType = "a" }));
            Assert.Equal([$"b-{status}"], await IdsAsync(new ListQuery { Status = status, IdPrefix = "b-" }));
            Assert.Equal([new RunCount("a", status, 1), new RunCount("b", status, 1)], await Store.CountAsync(
                new ListQuery { Status = status }));
        }
    }

    [Fact]
    public async Task ListAsync_RunThatMovesOn_IsListedUnderItsNewStatus()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var stalled = new RunSummary(WorkflowStatus.Stalled, RunState.Stalled, null);
        foreach (var summary in new[] { stalled, Runnable, Closed })
        {
            var sequence = (await HistoryAsync(key)).Count;
            Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(key, sequence, handle, summary)));
            foreach (var status in Enum.GetValues<WorkflowStatus>())
                Assert.Equal(status == summary.Status ? 1 : 0, (await IdsAsync(new ListQuery { Status = status })).Count);
        }
    }

    [Fact]
    public async Task ListAsync_TimesOfEnds_ListsWhatEndedThenNewestEndFirst()
    {
        await EndAsync("early", startedAt: 3, closedAt: 10, type: "orders");
        await EndAsync("late", startedAt: 0, closedAt: 40, type: "orders");
        await EndAsync("middle", startedAt: 1, closedAt: 20, type: "mails");
        await EndAsync("middle-2", startedAt: 2, closedAt: 20, WorkflowStatus.Failed);
        await StartAsync(NewKey("open"));
        await Store.AppendAsync(First(NewKey("early", "other"), Ended(10)));

        Assert.Equal(["late", "middle-2", "middle", "early"], await IdsAsync(new ListQuery { ClosedFrom = T0 }));
        Assert.Equal(["late", "middle-2", "middle"], await IdsAsync(new ListQuery { ClosedFrom = T0.AddSeconds(20) }));
        Assert.Equal(["early"], await IdsAsync(new ListQuery { ClosedBefore = T0.AddSeconds(20) }));
        Assert.Equal(["middle-2", "middle"], await IdsAsync(
            new ListQuery { ClosedFrom = T0.AddSeconds(11), ClosedBefore = T0.AddSeconds(40) }));
        Assert.Empty(await IdsAsync(new ListQuery { ClosedFrom = T0.AddSeconds(40).AddTicks(1) }));
        Assert.Equal(["late", "early"], await IdsAsync(new ListQuery { ClosedFrom = T0, WorkflowType = "orders" }));
        Assert.Equal(["middle-2"], await IdsAsync(new ListQuery { ClosedFrom = T0, Status = WorkflowStatus.Failed }));
        Assert.Equal(["middle-2", "middle"], await IdsAsync(new ListQuery { ClosedFrom = T0, IdPrefix = "middle" }));
        Assert.Equal(["early"], await IdsAsync(new ListQuery { ClosedFrom = T0, StartedFrom = T0.AddSeconds(3) }));
        Assert.Equal(["early"], await IdsAsync(new ListQuery { ClosedFrom = T0, Namespace = "other" }));
        Assert.Empty(await IdsAsync(new ListQuery { ClosedFrom = T0, Status = WorkflowStatus.Running }));
        Assert.Equal(
            [new RunCount("mails", WorkflowStatus.Completed, 1), new RunCount("orders", WorkflowStatus.Completed, 2)],
            await Store.CountAsync(new ListQuery { ClosedFrom = T0, Status = WorkflowStatus.Completed }));
        await Fixture.ReopenAsync();
        Assert.Equal(["late", "middle-2", "middle", "early"], await IdsAsync(new ListQuery { ClosedFrom = T0 }));
    }

    [Fact]
    public async Task ListAsync_EndsInPagesWhileRunsEnd_GivesEachOnce()
    {
        for (var i = 0; i < 25; i++) await EndAsync($"old{i}", startedAt: 25 - i, closedAt: 30 + (i / 3));
        var seen = new List<string>();
        string? continuation = null;
        for (var pages = 0; pages == 0 || continuation is not null; pages++)
        {
            var page = await Store.ListAsync(
                new ListQuery { ClosedBefore = T0.AddHours(1), PageSize = 4, Continuation = continuation });
            Assert.True(page.Runs.Count <= 4);
            seen.AddRange(page.Runs.Select(r => r.Key.Key.Id.Value));
            continuation = page.Continuation;
            await EndAsync($"new{pages}", startedAt: 1, closedAt: 100 + pages);
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(static i => $"old{24 - i}"), seen);
    }

    [Fact]
    public async Task ListAsync_RunThatEndsOrIsPurged_ComesToTheListOfEndsAndLeavesIt()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        Assert.Empty(await IdsAsync(new ListQuery { ClosedFrom = T0 }));
        await AppendAsync(Next(key, 1, handle, Ended(5)));
        Assert.Single(await IdsAsync(new ListQuery { ClosedFrom = T0 }));
        Assert.True(await Store.PurgeAsync(key));
        Assert.Empty(await IdsAsync(new ListQuery { ClosedFrom = T0 }));
    }

    private async Task EndAsync(string id, int startedAt, int closedAt, WorkflowStatus status = WorkflowStatus.Completed,
        string type = "orders-2") => await Store.AppendAsync(
            First(NewKey(id), Ended(closedAt, status), type: type, startedAt: T0.AddSeconds(startedAt)));

    private static RunSummary Ended(int seconds, WorkflowStatus status = WorkflowStatus.Completed) =>
        new(status, RunState.Closed, null, T0.AddSeconds(seconds));

    [Fact]
    public async Task CountAsync_EachFilter_CountsWhatItNames()
    {
        Assert.Empty(await Store.CountAsync(new ListQuery()));
        await Store.AppendAsync(First(NewKey("order-1"), type: "orders", startedAt: T0));
        await Store.AppendAsync(First(NewKey("order-2"), Closed, type: "orders", startedAt: T0.AddSeconds(1)));
        await Store.AppendAsync(First(NewKey("order-3"), Closed, type: "orders", startedAt: T0.AddSeconds(2)));
        await Store.AppendAsync(First(NewKey("Mail-1"), Parked(null), type: "Mails", startedAt: T0.AddSeconds(3)));
        await Store.AppendAsync(First(NewKey("order-1", "other"), startedAt: T0));

        var open = new RunCount("orders", WorkflowStatus.Running, 1);
        var closed = new RunCount("orders", WorkflowStatus.Completed, 2);
        var mail = new RunCount("Mails", WorkflowStatus.Running, 1);
        Assert.Equal([mail, open, closed], await Store.CountAsync(new ListQuery()));
        Assert.Equal([open, closed], await Store.CountAsync(new ListQuery { WorkflowType = "orders" }));
        Assert.Equal([mail, open], await Store.CountAsync(new ListQuery { Status = WorkflowStatus.Running }));
        Assert.Equal([open, closed], await Store.CountAsync(new ListQuery { IdPrefix = "order-" }));
        Assert.Equal([open], await Store.CountAsync(new ListQuery { StartedBefore = T0.AddSeconds(1) }));
        Assert.Equal([mail], await Store.CountAsync(new ListQuery { StartedFrom = T0.AddSeconds(3) }));
        Assert.Equal([open], await Store.CountAsync(new ListQuery { Namespace = "other" }));
        Assert.Empty(await Store.CountAsync(new ListQuery { Namespace = "none" }));
    }

    [Fact]
    public async Task NamespacesAsync_RunsInSeveral_TellsEachOnce()
    {
        if (!Fixture.KnowsNamespaces)
        {
            Assert.Equal([WorkflowKey.DefaultNamespace], await Store.NamespacesAsync());
            return;
        }

        Assert.Empty(await Store.NamespacesAsync());
        foreach (var name in new[] { "b", "a", "b", "A" }) await StartAsync(NewKey(Guid.NewGuid().ToString("N"), name));
        Assert.Equal(["A", "a", "b"], await Store.NamespacesAsync());
    }

    [Fact]
    public async Task ListAsync_PrefixOfFewAmongMany_KeepsTheOrderOfStarts()
    {
        for (var i = 0; i < 30; i++)
            await Store.AppendAsync(First(NewKey($"{(i % 3 == 0 ? "few" : "many")}-{i:D2}"), startedAt: T0.AddSeconds(-i)));
        var few = Enumerable.Range(0, 10).Select(static i => $"few-{i * 3:D2}").ToArray();
        Assert.Equal(few, await IdsAsync(new ListQuery { IdPrefix = "few" }));
        var page = await Store.ListAsync(new ListQuery { IdPrefix = "few", PageSize = 4 });
        Assert.Equal(few[..4], page.Runs.Select(static r => r.Key.Key.Id.Value));
        Assert.Equal(few[4..], await IdsAsync(new ListQuery { IdPrefix = "few", Continuation = page.Continuation }));
        Assert.Equal(["few-00"], await IdsAsync(new ListQuery { IdPrefix = "few", StartedFrom = T0 }));
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("az", "a{")]
    [InlineData("a\uD7FF", "a\uE000")]
    [InlineData("a\uDBFF\uDFFF", "b")]
    [InlineData("\uDBFF\uDFFF", null)]
    public void EndOf_Prefix_IsTheNextTextAfterAllThatBeginSo(string prefix, string? end) =>
        Assert.Equal(end, ListPlans.EndOf(prefix));

    [Fact]
    public async Task PurgeAsync_ClosedRun_TakesAllThatBelongsToIt()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.SaveHeartbeatAsync(key, handle, new HeartbeatRecord(1, 1, Payload.Null));
        await Store.AppendAsync(Next(key, 1, handle, Closed));
        Assert.True(await Store.PurgeAsync(key));

        Assert.Null(await Store.FindAsync(key.Key));
        Assert.Null(await Store.FindAsync(key.Key, key.RunId));
        Assert.Empty(await HistoryAsync(key));
        Assert.Empty((await Store.ListAsync(new ListQuery())).Runs);
        Assert.Null(await Store.FindHeartbeatAsync(key, handle, 1));
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(key, 2, handle)));
        Assert.False(await Store.UpdateSummaryAsync(key, handle, 2, Runnable));
        Assert.Null(await Store.CountWakeAsync(key, handle));
        await Store.SaveHeartbeatAsync(key, handle, new HeartbeatRecord(1, 1, Payload.Null));
        Assert.Null(await Store.FindHeartbeatAsync(key, handle, 1));
        Assert.False(await Store.PurgeAsync(key));
        await StartAsync(NewKey());
    }

    [Fact]
    public async Task PurgeAsync_OpenRun_IsRefused()
    {
        var key = NewKey();
        await StartAsync(key, Parked(null));
        Assert.False(await Store.PurgeAsync(key));
        Assert.NotNull(await Store.FindAsync(key.Key));
    }

    [Fact]
    public async Task PurgeAsync_OlderOrLatestRun_LeavesTheOthers()
    {
        var (first, second, third) = (NewKey(), NewKey(), NewKey());
        await StartAsync(first, Closed);
        await StartAsync(second, Closed, first.RunId);
        await StartAsync(third, Closed, second.RunId);
        Assert.True(await Store.PurgeAsync(first));
        Assert.True(await Store.PurgeAsync(third));
        Assert.Equal(second, (await Store.FindAsync(first.Key))!.Key);
        await Fixture.ReopenAsync();
        var next = NewKey();
        await StartAsync(next, previous: second.RunId);
        Assert.Equal(next, (await Store.FindAsync(first.Key))!.Key);
        Assert.Single(await HistoryAsync(next));
    }

    private async Task<List<string>> IdsAsync(ListQuery query) =>
        [.. (await Store.ListAsync(query)).Runs.Select(r => r.Key.Key.Id.Value)];
}
