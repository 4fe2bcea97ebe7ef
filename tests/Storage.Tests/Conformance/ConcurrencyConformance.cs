using System.Globalization;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>Many writers at once.</summary>
public abstract class ConcurrencyConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task AppendAsync_ManyRunsAtOnce_EachHistoryIsWhole()
    {
        const int Runs = 100, Turns = 20;
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(i => Task.Run(async () =>
        {
            var key = NewKey($"w{i}");
            var handle = await StartAsync(key);
            for (var n = 1; n < Turns; n++)
                Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(key, n, handle, body: $"{i}:{n}")));
            var history = await HistoryAsync(key);
            Assert.Equal(Enumerable.Range(1, Turns - 1).Select(n => $"{i}:{n}"), history.Skip(1).Select(Text));
        })));
        Assert.Equal(Runs, (await Store.ListAsync(new ListQuery { PageSize = 1000 })).Runs.Count);
    }

    [Fact]
    public async Task AppendAsync_TwoWritersOfEachRun_OneWinsEachSequence()
    {
        const int Runs = 20, Turns = 20, Writers = 3;
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(i => Task.Run(async () =>
        {
            var key = NewKey($"w{i}");
            var handle = await StartAsync(key);
            var wins = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                var won = 0;
                for (var n = 1; n < Turns; n++)
                {
                    var request = Next(key, n, handle, body: writer.ToString(CultureInfo.InvariantCulture));
                    if (await AppendAsync(request) == AppendOutcome.Appended) won++;
                }

                return won;
            })));
            var history = await HistoryAsync(key);
            Assert.Equal(history.Count - 1, wins.Sum());
            Assert.Equal(Enumerable.Range(1, history.Count).Select(n => (long)n), history.Select(b => b.FirstSequence));
        })));
    }

    [Fact]
    public async Task AppendAsync_ConflictsAmongMany_FailAlone()
    {
        var keys = Enumerable.Range(0, 200).Select(i => NewKey($"w{i}")).ToArray();
        var starts = await Task.WhenAll(keys.Select(key => Store.AppendAsync(First(key)).AsTask()));
        var appends = new List<Task<AppendResult>>();
        for (var i = 0; i < keys.Length; i++)
            appends.Add(Store.AppendAsync(Next(keys[i], i % 10 == 3 ? 7 : 1, starts[i].Handle)).AsTask());
        var results = await Task.WhenAll(appends);
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal(i % 10 == 3 ? AppendOutcome.Conflict : AppendOutcome.Appended, results[i].Outcome);
            Assert.Equal(i % 10 == 3 ? 1 : 2, (await HistoryAsync(keys[i])).Count);
        }
    }

    [Fact]
    public async Task AppendAsync_OneRunsTurnsWithoutWaiting_AreKeptInOrder()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var results = await Task.WhenAll(Enumerable.Range(1, 300).Select(n => Store.AppendAsync(Next(key, n, handle)).AsTask()));
        Assert.All(results, r => Assert.Equal(AppendOutcome.Appended, r.Outcome));
        Assert.Equal(301, (await HistoryAsync(key)).Count);
    }

    [Fact]
    public async Task FindAsync_AfterAnAnsweredAppend_SeesIt()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            for (var n = 0; n < 20; n++)
            {
                var key = NewKey($"w{i}-{n}");
                var handle = await StartAsync(key);
                Assert.Equal(handle, (await Store.FindAsync(key.Key))!.Handle);
                await Store.AppendAsync(Next(key, 1, handle, Closed));
                Assert.Equal(Closed, (await Store.FindAsync(key.Key))!.Summary);
                Assert.Equal(2, (await HistoryAsync(key)).Count);
            }
        })));
    }
}
