using System.Globalization;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>Reads of histories and names: pages, large bodies, odd characters.</summary>
public abstract class ReadConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly string[] Ids =
    [
        "a", " ", "  x  ", "a/b\\c", "a:b", "@at", "%2F%00", "'; DROP TABLE runs; --", "\"quoted\"", "a_b%c", "?*[x]", "..",
            "../../etc",
        "ünïcödé", "Ünïcödé", "日本語", "emoji 😀👩‍👩‍👧", "e\u0301", "é", "\u200b", "\ufeff", "\uffff", "A", "ß", "İ", "RTL\u202e",
            new string('x', 1000),
        string.Concat(Enumerable.Repeat("😀", 500)), string.Concat(Enumerable.Repeat("日", 1000)),
    ];

    public static TheoryData<string> OddIds => new(Ids);

    [Theory]
    [MemberData(nameof(OddIds))]
    public async Task Ids_OfEveryKind_AreDataAndStayApart(string id)
    {
        var key = NewKey(id);
        foreach (var other in Ids.Where(other => other != id)) await StartAsync(NewKey(other), Closed);
        Assert.Null(await Store.FindAsync(key.Key));
        var handle = await StartAsync(key, shard: 3);
        await Store.AppendAsync(Next(key, 1, 0, body: "found"));
        await Store.AppendAsync(Next(key, 2, handle));
        Assert.Equal(key, (await Store.FindAsync(key.Key))!.Key);
        Assert.Equal(3, (await HistoryAsync(key)).Count);
        Assert.Contains((await Store.ListAsync(new ListQuery { IdPrefix = id })).Runs, r => r.Key == key);
        Assert.Equal(key.Key, Assert.Single(await DueAsync(3, RunState.Runnable)).Key);
    }

    [Fact]
    public async Task ReadAsync_InPages_GivesWholeTurnsInOrder()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        for (var i = 1; i < 100; i++)
            await Store.AppendAsync(Next(key, i, handle, body: i.ToString(CultureInfo.InvariantCulture).PadLeft(100)));

        var page = await Store.ReadAsync(key, handle, 1, 1000);
        Assert.InRange(page.Batches.Count, 2, 11);
        Assert.Equal(page.Batches.Count + 1, page.NextSequence);
        var all = await HistoryAsync(key, pageBytes: 1000);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), all.Select(b => b.FirstSequence));
    }

    [Fact]
    public async Task ReadAsync_FromASequence_BeginsWithTheTurnThatHoldsIt()
    {
        var key = NewKey();
        await Store.AppendAsync(First(key, events: 3));
        await Store.AppendAsync(Next(key, 3, events: 4));
        Assert.Equal([1L, 4L], (await HistoryAsync(key, 3)).Select(b => b.FirstSequence));
        Assert.Equal([4L], (await HistoryAsync(key, 4)).Select(b => b.FirstSequence));
        Assert.Equal([4L], (await HistoryAsync(key, 7)).Select(b => b.FirstSequence));
        Assert.Empty(await HistoryAsync(key, 8));
    }

    [Fact]
    public async Task ReadAsync_PageSmallerThanATurn_GivesOneTurn()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.AppendAsync(Next(key, 1, handle, body: new string('x', 1000)));
        var page = await Store.ReadAsync(key, handle, 1, 1);
        Assert.Equal((1, 2L), (page.Batches.Count, page.NextSequence));
        page = await Store.ReadAsync(key, handle, 2, 1);
        Assert.Equal((1, null), (page.Batches.Count, page.NextSequence));
    }

    [Fact]
    public async Task ReadAsync_UnknownRun_IsEmpty()
    {
        var page = await Store.ReadAsync(NewKey(), 0, 1);
        Assert.Empty(page.Batches);
        Assert.Null(page.NextSequence);
    }

    [Fact]
    public async Task ReadAsync_AnotherRunsHandle_ReadsTheNamedRun()
    {
        var (a, b) = (NewKey("a"), NewKey("b"));
        await Store.AppendAsync(First(a, body: "a"));
        var handle = (await Store.AppendAsync(First(b, body: "b"))).Handle;
        Assert.Equal("a", Text((await Store.ReadAsync(a, handle, 1)).Batches[0]));
        Assert.Equal("a", Text((await Store.ReadTailAsync(a, handle))!));
    }

    [Fact]
    public async Task ReadTailAsync_Run_IsItsLastTurn()
    {
        var key = NewKey();
        Assert.Null(await Store.ReadTailAsync(key, 0));
        var handle = await StartAsync(key);
        var turn = NewTurn();
        await Store.AppendAsync(Next(key, 1, handle, turn: turn, body: "last", events: 2));
        var tail = (await Store.ReadTailAsync(key, handle))!;
        Assert.Equal((2L, 2, turn, "last"), (tail.FirstSequence, tail.EventCount, tail.TurnId, Text(tail)));
        Assert.Equal(2, (await Store.ReadTailAsync(key, 0))!.FirstSequence);
    }

    [Fact]
    public async Task AppendAsync_LargeBodies_ComeBackAsTheyWere()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var random = new Random(1);
        var bodies = Enumerable.Range(0, 10).Select(_ =>
        {
            var bytes = new byte[2 << 20];
            random.NextBytes(bytes);
            return bytes;
        }).ToArray();
        for (var i = 0; i < bodies.Length; i++)
        {
            await Store.AppendAsync(new AppendRequest
            {
                Key = key, Handle = handle, ExpectedSequence = i + 1, TurnId = NewTurn(), EventCount = 1, Format = 1,
                Body = bodies[i],
            });
        }

        await Fixture.ReopenAsync();
        var history = await HistoryAsync(key);
        Assert.Equal(11, history.Count);
        for (var i = 0; i < bodies.Length; i++) Assert.True(history[i + 1].Body.Span.SequenceEqual(bodies[i]), $"body {i}");
        var page = await Store.ReadAsync(key, handle, 2, 5 << 20);
        Assert.Equal(2, page.Batches.Count);
    }

    [Fact]
    public async Task Reads_Canceled_Throw()
    {
        var canceled = new CancellationToken(canceled: true);
        var key = NewKey();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.FindAsync(key.Key, null, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ReadAsync(key, 0, 1, 1, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ListAsync(new ListQuery(), canceled));
    }
}
