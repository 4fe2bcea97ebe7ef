using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// The most telling crashes over the embedded store: the silo dies after every write, and the file is opened anew.
/// </summary>
public sealed class SqliteCrashTests
{
    [Fact]
    public Task Run_SiloDiesAfterNthWrite_GoesOnByItself() => CrashAfterEachAsync(
        static client => client.GetWorkflow<Mixed>("m").ExecuteAsync(3),
        async (store, client, when) =>
        {
            await store.ClosedAsync("m", when);
            Assert.Equal("4:5:6:some", await client.GetWorkflow<Mixed>("m").GetResultAsync());
        },
        step: 1);

    [Fact]
    public Task Family_SiloDiesAfterNthWrite_GoesOnByItself() => CrashAfterEachAsync(
        static client => client.GetWorkflow<Family>("f").ExecuteAsync(1),
        async (store, client, when) =>
        {
            foreach (var id in (string[])["f", "f-count", "f-left", "f-waits"]) await store.ClosedAsync(id, when);
            Assert.Equal("1", await client.GetWorkflow<Family>("f").GetResultAsync());
            var runs = await store.ListAsync(new ListQuery { Namespace = "default", PageSize = 100 });
            Assert.Equal(6, runs.Runs.Count);
        },
        step: 3);

    [Fact]
    public Task Signals_ThroughContinuations_SiloDiesAfterNthWrite_NoneIsLostDoubledOrReordered() => CrashAfterEachAsync(
        static async client =>
        {
            await client.GetWorkflow<Collector>("collector").StartAsync(new CollectorInput(8, []));
            await client.GetWorkflow<Signaller>("signaller").StartAsync(8);
            await client.GetWorkflow<Signaller>("signaller").GetResultAsync();
            await client.GetWorkflow<Collector>("collector").GetResultAsync();
        },
        async (store, client, when) =>
        {
            await store.ClosedAsync("signaller", when);
            await store.ClosedAsync("collector", when);
            Assert.Equal("0,1,2,3,4,5,6,7", await client.GetWorkflow<Collector>("collector").GetResultAsync());
        },
        step: 2,
        from: 2);

    /// <summary>Plays it, crashes after the Nth write, and checks what comes of it with nobody there to ask.</summary>
    private static async Task CrashAfterEachAsync(
        Func<IWorkflowClient, Task> play, Func<IHistoryStore, IWorkflowClient, string, Task> check, int step, int from = 1)
    {
        var isClean = false;
        for (var nth = from; !isClean; nth += step)
        {
            await using var file = new SqliteFile();
            var faulty = new FaultyHistoryStore(await file.OpenAsync());
            var hold = faulty.HoldAfter(nth);
            var silo = await StartAsync(faulty);
            var played = play(silo.Client);
            isClean = await Task.WhenAny(played, hold.Reached) == played;
            if (isClean)
            {
                await played;
                await silo.DisposeAsync();
                continue;
            }

            await silo.CrashAsync();
            _ = played.ContinueWith(static t => t.Exception, TaskScheduler.Default);
            var store = await file.OpenAsync();
            await using (var next = await StartAsync(store)) await check(store, next.Client, $"crashed after write {nth}");
            await silo.DisposeAsync();
        }
    }

    private static Task<TestSilo> StartAsync(IHistoryStore store) =>
        TestSilo.StartAsync(store, FamilyHosting.All, services: static s => s.AddSingleton(new World()));
}
