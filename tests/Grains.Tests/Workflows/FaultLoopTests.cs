using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Every write of a run, one after the other, is made to fail, to lose its reply, or to be the silo's last.</summary>
public sealed class FaultLoopTests
{
    private const string Expected = "4:5:6:some";

    [Theory]
    [InlineData(StoreFault.Fail)]
    [InlineData(StoreFault.LoseReply)]
    public async Task Run_NthWriteFailsOrLosesItsReply_EndsWithTheSameResult(StoreFault fault)
    {
        for (var nth = 1; ; nth++)
        {
            var store = new FaultyHistoryStore(new InMemoryHistoryStore()).Inject(nth, fault);
            var world = new World();
            await using var silo = await TestSilo.StartAsync(store, TestHosting.All, services: s => s.AddSingleton(world));
            Assert.Equal(Expected, await silo.Client.GetWorkflow<Mixed>("m").ExecuteAsync(3));
            AssertEachObservedOnce(world, lost: 0);
            if (store.Writes < nth) break; // a clean run: every write has had its turn
        }
    }

    /// <summary>
    /// A write is under way, or its answer, while all that can happen meanwhile does: reports come, and callers ask and repeat.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_NthWriteIsLate_NothingIsShownBeforeItAndItEndsWithTheSameResult(bool written)
    {
        // Four at a time: each waits for a second, since a description waits so long for a turn that is being written.
        for (var nth = 1; ; nth += 4)
        {
            var clean = await Task.WhenAll(Enumerable.Range(nth, 4).Select(n => RunLateAsync(n, written)));
            if (clean.Contains(true)) break;
        }
    }

    /// <returns>Whether it ended before there was such a write.</returns>
    private static async Task<bool> RunLateAsync(int nth, bool written)
    {
        var store = new FaultyHistoryStore(new InMemoryHistoryStore());
        var hold = written ? store.HoldAfter(nth) : store.HoldBefore(nth);
        var world = new World();
        await using var silo = await TestSilo.StartAsync(store, TestHosting.All, services: s => s.AddSingleton(world));
        var workflow = silo.Client.GetWorkflow<Mixed>("m");
        var run = workflow.ExecuteAsync(3);
        if (await Task.WhenAny(run, hold.Reached) == run)
        {
            Assert.Equal(Expected, await run);
            return true;
        }

        var executed = world.Executions.Count;
        var asked = nth == 1 ? Task.FromResult(Expected) : workflow.GetResultAsync();
        if (nth > 1) Assert.Equal(WorkflowStatus.Running, (await workflow.DescribeAsync()).Status);
        Assert.False(run.IsCompleted);
        Assert.True(nth > 1 || executed == 0); // what the first turn asks for is not done before it is durable
        hold.Release();
        Assert.Equal(Expected, await run);
        Assert.Equal(Expected, await asked);
        AssertEachObservedOnce(world, lost: 0);
        return false;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_SiloDiesAtNthWrite_GoesOnByItselfAfterRestart(bool written)
    {
        for (var nth = 1; ; nth++)
        {
            var inner = new InMemoryHistoryStore();
            var faulty = new FaultyHistoryStore(inner);
            var hold = written ? faulty.HoldAfter(nth) : faulty.HoldBefore(nth);
            var world = new World();
            await using var silo = await TestSilo.StartAsync(faulty, TestHosting.All, services: s => s.AddSingleton(world));
            var run = silo.Client.GetWorkflow<Mixed>("m").ExecuteAsync(3);
            if (await Task.WhenAny(run, hold.Reached) == run)
            {
                Assert.Equal(Expected, await run);
                break;
            }

            await silo.CrashAsync();
            await using var next = await TestSilo.StartAsync(inner, TestHosting.All, services: s => s.AddSingleton(world));
            var restarted = next.Client.GetWorkflow<Mixed>("m");
            if (nth == 1 && !written) await restarted.StartAsync(3); // nothing was acknowledged, so nothing is there
            await inner.ClosedAsync("m", $"write {nth}"); // nobody asks for anything
            Assert.Equal(Expected, await restarted.GetResultAsync());
            AssertEachObservedOnce(world, lost: 3);
        }
    }

    [Theory]
    [InlineData(DispatchFault.Lost)]
    [InlineData(DispatchFault.ReplyLost)]
    [InlineData(DispatchFault.Doubled)]
    [InlineData(DispatchFault.Late)]
    public async Task Run_NthDispatchGoesWrong_RunsEveryAttemptOnce(DispatchFault fault)
    {
        for (var nth = 1; ; nth++)
        {
            var world = new World();
            FaultyDispatcher? dispatcher = null;
            await using var silo = await TestSilo.StartAsync(new InMemoryHistoryStore(), TestHosting.All, services: s => s
                .AddSingleton(world)
                .AddSingleton<IActivityDispatcher>(p =>
                    dispatcher = new FaultyDispatcher(p.GetRequiredService<ActivityDispatcher>(), nth, fault)));
            Assert.Equal(Expected, await silo.Client.GetWorkflow<Mixed>("m").ExecuteAsync(3));
            AssertEachObservedOnce(world, lost: 0);
            if (dispatcher!.Dispatches < nth) break;
        }
    }

    [Fact]
    public async Task Run_ForeignRecordInItsHistory_StepsDownAndGoesOnFromThere()
    {
        var inner = new InMemoryHistoryStore();
        var world = new World();
        await using var one = await TestSilo.StartAsync(inner, TestHosting.All, services: s => s.AddSingleton(world));
        await using var two = await TestSilo.StartAsync(inner, TestHosting.All, services: s => s.AddSingleton(world));
        var here = one.Client.GetWorkflow<Blocker>("split");
        await here.StartAsync("split");

        // A second activation of the same run, as after a split view: it terminates the run behind the first one's back.
        await two.Client.GetWorkflow<Blocker>("split").TerminateAsync("elsewhere");
        world.Block("split").TrySetResult("late");
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(() => here.GetResultAsync());
        Assert.Equal(WorkflowStatus.Terminated, failure.Status);
    }

    // At least once in the world, exactly once in the run: beyond the attempts that a crash may cost, nothing runs twice. An
    // attempt that was lost before it ran counts too: the flaky one, which fails the first attempt, then runs once.
    private static void AssertEachObservedOnce(World world, int lost)
    {
        var adds = world.Executions.Where(e => e.Activity != "Flaky").GroupBy(e => e.Key).ToList();
        Assert.Equal(4, adds.Count);
        Assert.InRange(world.Executions.Count, lost == 0 ? 6 : 5, 6 + lost);
    }
}
