using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// Messages that meet the end of a run which continues as new: none is lost, none doubled, no caller left waiting.
/// </summary>
public sealed class ContinuedMessageTests
{
    private readonly World _world = new();

    [Fact]
    public async Task Update_UnfinishedAtContinueAsNew_FailsTypedForAllWhoAskAndIsNotBegunAgain()
    {
        var store = new InMemoryHistoryStore();
        var silo = await StartAsync(store);
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        var first = (await workflow.StartAsync(0)).RunId;
        var once = new UpdateOptions { UpdateId = "u-1" };
        var waiting = workflow.UpdateAsync<string>("Never", ["x"], once);
        var handle = await workflow.StartUpdateAsync<string>("Never", ["x"], once);
        var later = handle.GetResultAsync();
        await workflow.SignalAsync("Go");
        foreach (var caller in new[] { waiting, later, workflow.UpdateAsync<string>("Never", ["x"], once) })
        {
            var failure = await Assert.ThrowsAsync<UpdateUnfinished>(() => caller);
            Assert.Equal(("Never", "u-1", first, WorkflowStatus.ContinuedAsNew),
                (failure.Update, failure.UpdateId, failure.RunId, failure.Status));
            Assert.Contains("'t'", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, await workflow.QueryAsync<int>("Begun"));
        await silo.CrashAsync();
        await using var next = await StartAsync(store);
        workflow = next.Client.GetWorkflow<Turnstile>("t");
        await workflow.SignalAsync("Go"); // through one more run
        var again = await Assert.ThrowsAsync<UpdateUnfinished>(() => workflow.UpdateAsync<string>("Never", ["x"], once));
        Assert.Equal(first, again.RunId);
        var bound = next.Client.GetWorkflow<Turnstile>("t", first).GetUpdate<string>("u-1");
        Assert.Equal(first, (await Assert.ThrowsAsync<UpdateUnfinished>(() => bound.GetResultAsync())).RunId);
        await workflow.SignalAsync("End");
        Assert.Equal(2, await workflow.GetResultAsync());
    }

    [Fact]
    public async Task Update_UnfinishedAtTheRunsEnd_FailsTyped()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var workflow = silo.Client.GetWorkflow<Turnstile>("e");
        await workflow.StartAsync(0);
        var update = await workflow.StartUpdateAsync<string>("Never", ["x"]);
        await workflow.SignalAsync("End");
        var failure = await Assert.ThrowsAsync<UpdateUnfinished>(() => update.GetResultAsync());
        Assert.Equal(WorkflowStatus.Completed, failure.Status);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Updates_SiloDiesAtNthWrite_EachIsEnteredOnceOrToldUnfinished(bool written, bool waits)
    {
        for (var nth = 2; ; nth++)
        {
            var inner = new InMemoryHistoryStore();
            var faulty = new FaultyHistoryStore(inner);
            var hold = written ? faulty.HoldAfter(nth) : faulty.HoldBefore(nth);
            var silo = await StartAsync(faulty);
            await silo.Client.GetWorkflow<Ledger>("l").StartAsync(new LedgerInput(7, [], waits));
            var all = EnterAsync(silo);
            var isClean = await Task.WhenAny(all, hold.Reached) == all;
            if (!isClean)
            {
                await silo.CrashAsync();
                _ = all.ContinueWith(static t => t.Exception, TaskScheduler.Default);
                silo = await StartAsync(inner);
                all = EnterAsync(silo); // under the same ids: callers repeat what they do not know the end of
            }

            await AssertEnteredAsync(silo, await all, waits, $"write {nth}");
            if (!isClean) continue;
            await silo.DisposeAsync();
            return;
        }
    }

    [Theory]
    [InlineData(StoreFault.Fail)]
    [InlineData(StoreFault.LoseReply)]
    public async Task Updates_NthWriteFailsOrLosesItsReply_EachIsEnteredOnce(StoreFault fault)
    {
        for (var nth = 2; ; nth++)
        {
            var store = new FaultyHistoryStore(new InMemoryHistoryStore()).Inject(nth, fault);
            await using var silo = await StartAsync(store);
            await silo.Client.GetWorkflow<Ledger>("l").StartAsync(new LedgerInput(7, [], Waits: true));
            await AssertEnteredAsync(silo, await EnterAsync(silo), waits: true, $"write {nth}");
            if (store.Writes < nth) return;
        }
    }

    [Fact]
    public async Task CompleteToken_BehindTheTurnThatContinuesAsNew_IsNotAcknowledged()
    {
        var store = new FaultyHistoryStore(new InMemoryHistoryStore());
        await using var silo = await StartAsync(store);
        var workflow = silo.Client.GetWorkflow<Turnstile>("k");
        var first = (await workflow.StartAsync(0)).RunId;
        var token = await workflow.QueryAsync<string>("Token");
        var hold = store.HoldBefore(store.Writes + 1);
        var go = workflow.SignalAsync("Go");
        await hold.Reached;
        var completion = silo.Client.CompleteTokenAsync(token, "yes");
        var bound = silo.Client.GetWorkflow<Turnstile>("k", first).SignalAsync("Count");
        var update = silo.Client.GetWorkflow<Turnstile>("k", first).UpdateAsync<string>("Never", ["x"]);
        var free = workflow.SignalAsync("Count");
        hold.Release();
        await go;
        Assert.Equal(first, (await Assert.ThrowsAsync<WorkflowClosed>(() => completion)).RunId);
        await Assert.ThrowsAsync<WorkflowClosed>(() => bound);
        await Assert.ThrowsAsync<WorkflowClosed>(() => update);
        await free;
        Assert.Equal(1, await workflow.QueryAsync<int>("Signals")); // what was for the instance, and nothing else
        Assert.Equal(0, await workflow.QueryAsync<int>("Begun"));
    }

    [Fact]
    public async Task SignalWithStart_FirstStepContinuesAsNew_TheNextRunHasTheSignal()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var workflow = silo.Client.GetWorkflow<Turnstile>("s");
        await workflow.SignalWithStartAsync(-1, typeof(int), "Count", []);
        Assert.Equal(1, await workflow.QueryAsync<int>("Signals"));
        var update = silo.Client.GetWorkflow<Ledger>("u");
        Assert.Equal(1, await update.UpdateWithStartAsync<int>(
            new LedgerInput(1, [], true), typeof(LedgerInput), "Enter", [5]));
    }

    [Fact]
    public async Task SignalWithStart_FirstStepEndsTheRun_IsNotAcknowledged()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var workflow = silo.Client.GetWorkflow<Turnstile>("c");
        await Assert.ThrowsAsync<WorkflowClosed>(() => workflow.SignalWithStartAsync(100, typeof(int), "Count", []));
        Assert.Equal(100, await workflow.GetResultAsync());
    }

    private static async Task<UpdateUnfinished?[]> EnterAsync(TestSilo silo)
    {
        var workflow = silo.Client.GetWorkflow<Ledger>("l");
        return await Task.WhenAll(Enumerable.Range(0, 7).Select(async i =>
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    var options = new UpdateOptions { UpdateId = $"enter-{i}-{attempt}" };
                    await workflow.UpdateAsync<int>("Enter", [i], options);
                    return (UpdateUnfinished?)null;
                }
                catch (UpdateUnfinished e) when (e.Status == WorkflowStatus.ContinuedAsNew)
                {
                    // It was not entered: the caller asks anew, as it would in an application.
                }
            }
        }));
    }

    private async Task AssertEnteredAsync(TestSilo silo, UpdateUnfinished?[] outcomes, bool waits, string when)
    {
        Assert.Equal(7, outcomes.Length);
        var entries = await silo.Client.GetWorkflow<Ledger>("l").GetResultAsync();
        Assert.True(entries.Order().SequenceEqual(Enumerable.Range(0, 7)), $"{when}, waits {waits}: {string.Join(",", entries)}");
    }

    private Task<TestSilo> StartAsync(IHistoryStore store) =>
        TestSilo.StartAsync(store, LedgerHosting.All, services: s => s.AddSingleton(_world));
}
