using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>Appends: atomic, conditional, recognised when repeated.</summary>
public abstract class AppendConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task AppendAsync_InSequence_KeepsTurnsAsTheyWere()
    {
        var key = NewKey();
        var turns = new[] { NewTurn(), NewTurn(), NewTurn() };
        var handle = (await Store.AppendAsync(First(key, turn: turns[0], events: 2, body: "a"))).Handle;
        var second = await Store.AppendAsync(Next(key, 2, handle, turn: turns[1], events: 3, body: "b"));
        var third = await Store.AppendAsync(Next(key, 5, handle, turn: turns[2], body: ""));

        Assert.NotEqual(0, handle);
        Assert.Equal(new AppendResult(AppendOutcome.Appended, handle), second);
        Assert.Equal(new AppendResult(AppendOutcome.Appended, handle), third);
        var history = await HistoryAsync(key);
        Assert.Equal([1L, 3L, 6L], history.Select(b => b.FirstSequence));
        Assert.Equal([2, 3, 1], history.Select(b => b.EventCount));
        Assert.Equal(turns, history.Select(b => b.TurnId));
        Assert.Equal(["a", "b", ""], history.Select(Text));
        Assert.All(history, b => Assert.Equal(1, b.Format));
    }

    [Fact]
    public async Task AppendAsync_WithoutHandle_FindsTheRunByItsName()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        Assert.Equal(new AppendResult(AppendOutcome.Appended, handle), await Store.AppendAsync(Next(key, 1)));
    }

    [Fact]
    public async Task AppendAsync_WithAnotherRunsHandle_WritesTheNamedRun()
    {
        var (a, b) = (NewKey("a"), NewKey("b"));
        var handleA = await StartAsync(a);
        var handleB = await StartAsync(b);
        Assert.Equal(new AppendResult(AppendOutcome.Appended, handleA), await Store.AppendAsync(Next(a, 1, handleB)));
        Assert.Equal(2, (await HistoryAsync(a)).Count);
        Assert.Single(await HistoryAsync(b));
    }

    [Fact]
    public async Task AppendAsync_BehindTheTail_IsAConflictAndWritesNothing()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.AppendAsync(Next(key, 1, handle, body: "theirs"));
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(key, 1, handle, Closed, body: "ours")));
        Assert.Equal(["started", "theirs"], (await HistoryAsync(key)).Select(Text));
        Assert.Equal(Runnable, (await Store.FindAsync(key.Key))!.Summary);
    }

    [Fact]
    public async Task AppendAsync_BeyondTheTail_IsAConflict()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(key, 2, handle)));
        Assert.Single(await HistoryAsync(key));
    }

    [Fact]
    public async Task AppendAsync_IntoTheMiddleOfATurn_IsAConflict()
    {
        var key = NewKey();
        await Store.AppendAsync(First(key, events: 3));
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(key, 2)));
    }

    [Fact]
    public async Task AppendAsync_ToAnUnknownRun_IsAConflict() =>
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(NewKey(), 1)));

    [Fact]
    public async Task AppendAsync_RepeatedTurn_SucceedsAndWritesNothing()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var request = Next(key, 1, handle, Parked(T0), body: "once");
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(request));
        Assert.Equal(new AppendResult(AppendOutcome.Appended, handle), await Store.AppendAsync(request));
        Assert.Equal(["started", "once"], (await HistoryAsync(key)).Select(Text));
    }

    [Fact]
    public async Task AppendAsync_RepeatedTurnAfterLaterTurns_SucceedsAndWritesNothing()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var request = Next(key, 1, handle, Parked(T0));
        await Store.AppendAsync(request);
        await Store.AppendAsync(Next(key, 2, handle, Runnable));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(request));
        Assert.Equal(3, (await HistoryAsync(key)).Count);
        Assert.Equal(Runnable, (await Store.FindAsync(key.Key))!.Summary);
    }

    [Fact]
    public async Task AppendAsync_SameNumberOfAnotherActivation_IsAConflict()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var turn = NewTurn();
        await Store.AppendAsync(Next(key, 1, handle, turn: turn));
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(key, 1, handle,
            turn: turn with { Activation = Guid.NewGuid() })));
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(key, 1, handle, turn: turn with { Number = 2 })));
    }

    [Fact]
    public async Task AppendAsync_AfterTheEnd_IsAllowed()
    {
        var key = NewKey();
        var handle = await StartAsync(key, Closed);
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(key, 1, handle, body: "peer acknowledged")));
        Assert.Equal(Closed, (await Store.FindAsync(key.Key))!.Summary);
    }

    [Fact]
    public async Task AppendAsync_CallersMemoryChangedAfterwards_KeepsWhatWasGiven()
    {
        var key = NewKey();
        var bytes = "before"u8.ToArray();
        var handle = await StartAsync(key);
        await Store.AppendAsync(new AppendRequest
        {
            Key = key, Handle = handle, ExpectedSequence = 1, TurnId = NewTurn(), EventCount = 1, Format = 7, Body = bytes,
        });
        bytes.AsSpan().Fill((byte)'x');
        var batch = (await HistoryAsync(key))[1];
        Assert.Equal("before", Text(batch));
        Assert.Equal(7, batch.Format);
    }

    [Fact]
    public async Task AppendAsync_IllFormedRequests_AreRefusedAndWriteNothing()
    {
        var key = NewKey();
        AppendRequest Bad(long expected, int events, RunHeader? header, RunSummary? summary) => new()
        {
            Key = key, ExpectedSequence = expected, TurnId = NewTurn(), EventCount = events, Format = 1, Body = Body("x"),
            Header = header, Summary = summary,
        };
        var header = new RunHeader("orders", 0, T0, null);
        AppendRequest[] bad =
        [
            Bad(0, 0, header, Runnable), Bad(-1, 1, null, null), Bad(0, 1, null, Runnable), Bad(0, 1, header, null),
            Bad(1, 1, header, Runnable), Bad(0, 1, header with { Shard = Shards.Count }, Runnable),
            Bad(0, 1, header with { Previous = key.RunId }, Runnable),
        ];
        foreach (var request in bad) await Assert.ThrowsAsync<InvalidRequest>(async () => await Store.AppendAsync(request));
        Assert.Null(await Store.FindAsync(key.Key));
    }

    [Fact]
    public async Task AppendAsync_CanceledBefore_WritesNothing()
    {
        var key = NewKey();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.AppendAsync(First(key), new CancellationToken(canceled: true)));
        Assert.Null(await Store.FindAsync(key.Key));
    }

    [Fact]
    public async Task AppendAsync_CanceledAfterwards_StillAnswersForCertain()
    {
        var key = NewKey();
        using var source = new CancellationTokenSource();
        var append = Store.AppendAsync(First(key), source.Token);
        await source.CancelAsync();
        Assert.Equal(AppendOutcome.Appended, (await append).Outcome);
        Assert.NotNull(await Store.FindAsync(key.Key));
    }

    [Fact]
    public async Task AppendAsync_Reopened_IsThere()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var request = Next(key, 1, handle, Parked(T0.AddSeconds(1)), body: "durable");
        await Store.AppendAsync(request);
        await Fixture.ReopenAsync();

        Assert.Equal(["started", "durable"], (await HistoryAsync(key)).Select(Text));
        Assert.Equal(Parked(T0.AddSeconds(1)), (await Store.FindAsync(key.Key))!.Summary);
        Assert.Equal(new AppendResult(AppendOutcome.Appended, handle), await Store.AppendAsync(request));
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(key, 1, handle)));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(key, 2, handle)));
    }
}
