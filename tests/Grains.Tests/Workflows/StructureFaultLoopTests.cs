using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// A parent, a child that continues as new, a child that is cancelled from outside and one that is left behind: every write of
/// theirs,
/// one after the other, fails, loses its reply, or is the silo's last.
/// </summary>
public sealed class StructureFaultLoopTests
{
    private const string Expected = "1";

    [Theory]
    [InlineData(StoreFault.Fail)]
    [InlineData(StoreFault.LoseReply)]
    public async Task Family_NthWriteFailsOrLosesItsReply_EndsWithTheSameResult(StoreFault fault)
    {
        for (var nth = 1; ; nth++)
        {
            var inner = new InMemoryHistoryStore();
            var store = new FaultyHistoryStore(inner).Inject(nth, fault);
            var world = new World();
            await using var silo = await TestSilo.StartAsync(store, FamilyHosting.All, services: s => s.AddSingleton(world));
            Assert.Equal(Expected, await silo.Client.GetWorkflow<Family>("f").ExecuteAsync(1));
            await AssertSettledAsync(inner, silo, world, $"write {nth}", crashes: 0);
            if (store.Writes < nth) break; // a clean run: every write has had its turn
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Family_SiloDiesAtNthWrite_GoesOnByItselfAfterRestart(bool written)
    {
        for (var nth = 1; ; nth++)
        {
            var inner = new InMemoryHistoryStore();
            var faulty = new FaultyHistoryStore(inner);
            var hold = written ? faulty.HoldAfter(nth) : faulty.HoldBefore(nth);
            var world = new World();
            await using var silo = await TestSilo.StartAsync(faulty, FamilyHosting.All, services: s => s.AddSingleton(world));
            var settled = SettledAsync(inner, silo, world);
            if (await Task.WhenAny(settled, hold.Reached) == settled)
            {
                await settled;
                break;
            }

            await silo.CrashAsync();
            await using var next = await TestSilo.StartAsync(inner, FamilyHosting.All, services: s => s.AddSingleton(world));
            var restarted = next.Client.GetWorkflow<Family>("f");
            if (nth == 1 && !written) await restarted.StartAsync(1); // nothing was acknowledged, so nothing is there
            await inner.ClosedAsync("f", $"write {nth}"); // nobody asks for anything
            Assert.Equal(Expected, await restarted.GetResultAsync());
            await AssertSettledAsync(inner, next, world, $"write {nth}", crashes: 1);
            _ = settled.ContinueWith(static t => t.Exception, TaskScheduler.Default);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signals_SiloDiesAtNthWrite_NoneIsLostDoubledOrReordered(bool written)
    {
        for (var nth = 3; ; nth++)
        {
            var inner = new InMemoryHistoryStore();
            var faulty = new FaultyHistoryStore(inner);
            var hold = written ? faulty.HoldAfter(nth) : faulty.HoldBefore(nth);
            var world = new World();
            await using var silo = await TestSilo.StartAsync(faulty, FamilyHosting.All, services: s => s.AddSingleton(world));
            await silo.Client.GetWorkflow<Collector>("collector").StartAsync(new CollectorInput(8, []));
            await silo.Client.GetWorkflow<Signaller>("signaller").StartAsync(8);
            var result = silo.Client.GetWorkflow<Collector>("collector").GetResultAsync();
            var delivered = Task.WhenAll(result, silo.Client.GetWorkflow<Signaller>("signaller").GetResultAsync());
            if (await Task.WhenAny(delivered, hold.Reached) == delivered)
            {
                Assert.Equal("0,1,2,3,4,5,6,7", await result);
                break;
            }

            await silo.CrashAsync();
            _ = delivered.ContinueWith(static t => t.Exception, TaskScheduler.Default);
            await using var next = await TestSilo.StartAsync(inner, FamilyHosting.All, services: s => s.AddSingleton(world));
            await inner.ClosedAsync("signaller", $"write {nth}"); // nobody asks for anything
            await inner.ClosedAsync("collector", $"write {nth}");
            Assert.Equal("0,1,2,3,4,5,6,7", await next.Client.GetWorkflow<Collector>("collector").GetResultAsync());
            Assert.Equal(8, await next.Client.GetWorkflow<Signaller>("signaller").GetResultAsync());
        }
    }

    private static async Task SettledAsync(InMemoryHistoryStore store, TestSilo silo, World world)
    {
        Assert.Equal(Expected, await silo.Client.GetWorkflow<Family>("f").ExecuteAsync(1));
        await AssertSettledAsync(store, silo, world, "no fault", crashes: 0);
    }

    // Each child began once and ended once, nobody owes anybody anything, and no activity's outcome was taken twice.
    private static async Task AssertSettledAsync(InMemoryHistoryStore store, TestSilo silo, World world, string when, int crashes)
    {
        Assert.Equal(101, await silo.Client.GetWorkflow<Countdown>("f-left").GetResultAsync());
        foreach (var id in new[] { "f", "f-left", "f-count", "f-waits" })
        {
            await Eventually.EventuallyAsync(async () => (await store.FindAsync(new WorkflowKey(id)))?.Summary.State,
                s => s == RunState.Closed, $"{when}: {id} owes nothing");
        }

        Assert.Equal(WorkflowStatus.Canceled, (await store.FindAsync(new WorkflowKey("f-waits")))!.Summary.Status);
        var runs = await store.ListAsync(new ListQuery { Namespace = "default", PageSize = 100 });
        Assert.Equal(6, runs.Runs.Count); // the parent, two chains of two, and the one that was cancelled
        Assert.Equal(5, world.Executions.Select(static e => e.Key).Distinct().Count());
        Assert.InRange(world.Executions.Count, 5, 5 + crashes * 3);
    }
}
