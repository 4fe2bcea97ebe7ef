using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>What brings a run to life: its record and the beginning or the end of its history, read in one go.</summary>
public abstract class LoadConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task LoadAsync_OpenRun_GivesItsRecordAndItsHistory()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.AppendAsync(Next(key, 1, handle, Parked(T0.AddMinutes(1)), body: "second", events: 2));
        var found = (await Store.LoadAsync(key.Key))!;
        Assert.Equal(await Store.FindAsync(key.Key), found.Record);
        Assert.Equal([1L, 2L], found.History!.Batches.Select(static b => b.FirstSequence));
        Assert.Equal("second", Text(found.History.Batches[1]));
        Assert.Null(found.History.NextSequence);
        Assert.Null(found.End);
    }

    [Fact]
    public async Task LoadAsync_LongHistory_GivesItsFirstPage()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        for (var i = 1; i < 20; i++) await Store.AppendAsync(Next(key, i, handle, body: new string('x', 100)));
        var page = (await Store.LoadAsync(key.Key, maximumBytes: 500))!.History!;
        Assert.InRange(page.Batches.Count, 1, 6);
        Assert.Equal(page.Batches.Count + 1, page.NextSequence);
        Assert.Equal(1, page.Batches[0].FirstSequence);
    }

    [Fact]
    public async Task LoadAsync_OpenRunWithoutBytes_GivesNoHistory()
    {
        var key = NewKey();
        await StartAsync(key);
        var found = (await Store.LoadAsync(key.Key, maximumBytes: 0))!;
        Assert.Equal(key, found.Record.Key);
        Assert.Null(found.History);
        Assert.Null(found.End);
    }

    [Fact]
    public async Task LoadAsync_ClosedRun_GivesItsLastTurn()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.AppendAsync(Next(key, 1, handle, Closed, body: "the end"));
        foreach (var bytes in (int[])[0, 1 << 20])
        {
            var found = (await Store.LoadAsync(key.Key, bytes))!;
            Assert.Equal(RunState.Closed, found.Record.Summary.State);
            Assert.Null(found.History);
            Assert.Equal("the end", Text(found.End!));
        }
    }

    [Fact]
    public async Task LoadAsync_EndedRunThatStillOwes_GivesItsHistory()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.AppendAsync(Next(key, 1, handle, Closed with { State = RunState.Runnable }));
        Assert.Equal(2, (await Store.LoadAsync(key.Key))!.History!.Batches.Count);
    }

    [Fact]
    public async Task LoadAsync_SecondRunOfTheInstance_GivesThatOne()
    {
        var first = NewKey();
        await StartAsync(first, Closed);
        var second = NewKey();
        await Store.AppendAsync(First(second, previous: first.RunId, body: "again"));
        var found = (await Store.LoadAsync(second.Key))!;
        Assert.Equal(second, found.Record.Key);
        Assert.Equal("again", Text(Assert.Single(found.History!.Batches)));
    }

    [Fact]
    public async Task LoadAsync_UnknownInstance_GivesNothing() => Assert.Null(await Store.LoadAsync(NewKey("nobody").Key));

    [Fact]
    public async Task Reads_ManyAtOnceBesideWrites_EachSeesWhatWasDurableWhenItWasAskedFor()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            var key = NewKey($"run-{i}");
            var handle = await StartAsync(key);
            for (var sequence = 1; sequence <= 20; sequence++)
            {
                await Store.AppendAsync(Next(key, sequence, handle));
                var page = (await Store.LoadAsync(key.Key))!.History!;
                Assert.Equal(sequence + 1, page.Batches.Sum(static b => b.EventCount));
            }
        }));
    }
}
