using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>Several silos on one data set: the store, not a process, decides who writes.</summary>
public abstract class SharingConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task AppendAsync_ManySilosWriteTheSameRuns_OneWinsEachSequence()
    {
        const int Silos = 3, Runs = 12, Turns = 15;
        var keys = Enumerable.Range(0, Runs).Select(i => NewKey($"w{i}")).ToArray();
        var handles = await Task.WhenAll(keys.Select(key => StartAsync(key)));
        var silos = await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => Fixture.OpenAnotherAsync()));
        var wins = await Task.WhenAll(
            from silo in silos
            from run in Enumerable.Range(0, Runs)
            select WriteAsync(silo.History, keys[run], handles[run], Turns));
        foreach (var silo in silos) await silo.Silo.DisposeAsync();

        var turns = 0;
        foreach (var key in keys)
        {
            var history = await HistoryAsync(key);
            turns += history.Count - 1;
            Assert.Equal(Enumerable.Range(1, history.Count).Select(n => (long)n), history.Select(b => b.FirstSequence));
            Assert.Equal(Text(history[^1]), (await Store.FindAsync(key.Key))!.Summary.Detail);
        }

        Assert.Equal(turns, wins.Sum());
    }

    [Fact]
    public async Task Start_ManySilosStartTheSameInstances_OneWinsEach()
    {
        const int Silos = 3, Instances = 60;
        var silos = await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => Fixture.OpenAnotherAsync()));
        var results = await Task.WhenAll(
            from silo in silos
            from i in Enumerable.Range(0, Instances)
            let key = NewKey($"w{i}")
            select StartedAsync(silo.History, key));
        foreach (var silo in silos) await silo.Silo.DisposeAsync();
        foreach (var instance in results.GroupBy(r => r.Key.Key))
        {
            var winner = Assert.Single(instance, r => r.Result.Outcome == AppendOutcome.Appended).Key;
            Assert.All(
                instance.Where(r => r.Key != winner),
                r => Assert.Equal((AppendOutcome.InstanceExists, winner), (r.Result.Outcome, r.Result.Existing!.Key)));
        }
    }

    [Fact]
    public async Task Start_ManySilosContinueTheSameRuns_OneWinsEach()
    {
        const int Silos = 3, Instances = 20;
        var firsts = Enumerable.Range(0, Instances).Select(i => NewKey($"w{i}")).ToArray();
        await Task.WhenAll(firsts.Select(key => StartAsync(key, Closed)));
        var silos = await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => Fixture.OpenAnotherAsync()));
        var results = await Task.WhenAll(
            from silo in silos
            from first in firsts
            let key = NewKey(first.Key.Id.Value)
            select silo.History.AppendAsync(First(key, previous: first.RunId)).AsTask());
        foreach (var silo in silos) await silo.Silo.DisposeAsync();
        Assert.Equal(Instances, results.Count(r => r.Outcome == AppendOutcome.Appended));
        Assert.Equal(Instances * (Silos - 1), results.Count(r => r.Outcome == AppendOutcome.InstanceExists));
        Assert.Equal(2 * Instances, (await Store.ListAsync(new ListQuery { PageSize = 1000 })).Runs.Count);
    }

    [Fact]
    public async Task AppendAsync_SilosTakeTurns_EachSeesTheOthersTurns()
    {
        var (other, silo) = await Fixture.OpenAnotherAsync();
        await using var closed = silo;
        IHistoryStore[] silos = [Store, other];
        var key = NewKey();
        var handle = await StartAsync(key);
        for (var n = 1; n <= 20; n++)
        {
            var stale = await silos[(n + 1) % 2].AppendAsync(Next(key, n - 1 == 0 ? 7 : n - 1, handle));
            Assert.Equal(AppendOutcome.Conflict, stale.Outcome);
            Assert.Equal(AppendOutcome.Appended, (await silos[n % 2].AppendAsync(Next(key, n, handle))).Outcome);
            Assert.Equal(n + 1, (await silos[(n + 1) % 2].ReadTailAsync(key, handle))!.FirstSequence);
        }
    }

    [Fact]
    public async Task Start_AfterAnotherSilosStarts_TakesAHandleOfItsOwn()
    {
        var (other, silo) = await Fixture.OpenAnotherAsync();
        await using var closed = silo;
        var handles = new HashSet<long>();
        for (var n = 0; n < 10; n++)
        {
            Assert.True(handles.Add((await Store.AppendAsync(First(NewKey($"a{n}")))).Handle));
            Assert.True(handles.Add((await other.AppendAsync(First(NewKey($"b{n}")))).Handle));
        }
    }

    [Fact]
    public async Task CountWakeAsync_ByTwoSilos_CountsEach()
    {
        var (other, silo) = await Fixture.OpenAnotherAsync();
        await using var closed = silo;
        var key = NewKey();
        var handle = await StartAsync(key);
        Assert.Equal(1, await Store.CountWakeAsync(key, handle));
        Assert.Equal(2, await other.CountWakeAsync(key, handle));
        Assert.Equal(3, await Store.CountWakeAsync(key, handle));
        Assert.True(await other.PurgeAsync(key) == false); // it is open
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(key, 1, handle, Closed)));
        Assert.True(await other.PurgeAsync(key));
        Assert.Null(await Store.CountWakeAsync(key, handle));
        Assert.Equal(AppendOutcome.Conflict, await AppendAsync(Next(key, 2, handle)));
    }

    private static async Task<int> WriteAsync(IHistoryStore store, StoreKey key, long handle, int turns)
    {
        var won = 0;
        for (var n = 1; n < turns; n++)
        {
            var body = Guid.NewGuid().ToString();
            var summary = Runnable with { Detail = body };
            var request = Next(key, n, handle, summary, body: body);
            if ((await store.AppendAsync(request)).Outcome == AppendOutcome.Appended) won++;
        }

        return won;
    }

    private static async Task<(StoreKey Key, AppendResult Result)> StartedAsync(IHistoryStore store, StoreKey key) =>
        (key, await store.AppendAsync(First(key)));
}
