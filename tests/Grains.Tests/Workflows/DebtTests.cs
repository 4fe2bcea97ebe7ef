using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>What an ended run owes its children is taken over by the run in its place, and paid whatever crashes.</summary>
public sealed class DebtTests
{
    private readonly World _world = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ParentReplacedAndSiloDiesAtNthWrite_EveryChildIsToldByItsPolicy(bool written)
    {
        var (taken, nth) = (0, 0);
        for (var isClean = false; !isClean;)
        {
            nth++;
            var inner = new InMemoryHistoryStore();
            var faulty = new FaultyHistoryStore(inner);
            var silo = await StartAsync(faulty);
            var parent = silo.Client.GetWorkflow<LeavesChildren>("p");
            var old = (await parent.StartAsync(1)).RunId;
            await Eventually.EventuallyAsync(
                async () => (await inner.FindAsync(new WorkflowKey("p")))!.Summary.State == RunState.Parked
                    && (await parent.DescribeAsync()).Children.Length == 3
                    && await ParkedAsync(inner, "p-RequestCancel") && await ParkedAsync(inner, "p-Terminate"),
                static isSo => isSo, "parent and children rest");
            var hold = written ? faulty.HoldAfter(faulty.Writes + nth) : faulty.HoldBefore(faulty.Writes + nth);
            var paid = ReplaceAsync(silo, inner, old);
            isClean = await Task.WhenAny(paid, hold.Reached) == paid;
            if (isClean)
            {
                await paid;
                await silo.DisposeAsync();
            }
            else
            {
                await silo.CrashAsync();
                _ = paid.ContinueWith(static t => t.Exception, TaskScheduler.Default);
            }

            if ((await inner.FindAsync(new WorkflowKey("p"), old))!.Summary.ClosedAt is null) continue; // it was not replaced yet
            taken++;
            await using var next = await StartAsync(inner); // nobody asks for anything
            await PaidAsync(inner, old, $"write {nth}");
        }

        Assert.True(taken > 3, $"{taken} of {nth} crashes came after the parent's end");
    }

    /// <summary>
    /// The parent ends by itself and its silo dies before anybody was told; then a plain start of its id comes first, and dies at
    /// its Nth write in turn.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StartOverAnEndedRunThatOwesAndSiloDiesAtNthWrite_EveryChildIsToldByItsPolicy(bool written)
    {
        var (taken, nth) = (0, 0);
        for (var isClean = false; !isClean;)
        {
            nth++;
            var inner = new InMemoryHistoryStore();
            var old = await EndOwingAsync(inner);
            var faulty = new FaultyHistoryStore(inner);
            var hold = written ? faulty.HoldAfter(nth) : faulty.HoldBefore(nth);
            var silo = await StartAsync(faulty);
            var paid = ReplaceAsync(silo, inner, old);
            isClean = await Task.WhenAny(paid, hold.Reached) == paid;
            if (isClean)
            {
                await paid;
                await silo.DisposeAsync();
                break;
            }

            await silo.CrashAsync();
            _ = paid.ContinueWith(static t => t.Exception, TaskScheduler.Default);
            var isReplaced = (await inner.FindAsync(new WorkflowKey("p")))!.Key.RunId != old;
            if (isReplaced) taken++;
            await using var next = await StartAsync(inner); // nobody asks for anything
            await PaidAsync(inner, old, $"write {nth}", isReplaced);
        }

        Assert.True(taken >= 2, $"{taken} of {nth} crashes came after the new run's start");
    }

    private async Task<RunId> EndOwingAsync(InMemoryHistoryStore store)
    {
        var faulty = new FaultyHistoryStore(store);
        var silo = await StartAsync(faulty);
        var parent = silo.Client.GetWorkflow<LeavesChildren>("p");
        var old = (await parent.StartAsync(3)).RunId;
        await Eventually.EventuallyAsync(
            async () => (await store.FindAsync(new WorkflowKey("p")))!.Summary.State == RunState.Parked
                && (await parent.DescribeAsync()).Children.Length == 3
                && await ParkedAsync(store, "p-RequestCancel") && await ParkedAsync(store, "p-Terminate"),
            static isSo => isSo, "parent and children rest");
        var hold = faulty.HoldAfter(faulty.Writes + 1);
        _ = parent.SignalAsync("End").ContinueWith(static t => t.Exception, TaskScheduler.Default);
        await hold.Reached;
        await silo.CrashAsync();
        var ended = (await store.FindAsync(new WorkflowKey("p"), old))!.Summary;
        Assert.Equal((WorkflowStatus.Completed, RunState.Runnable), (ended.Status, ended.State)); // and nobody has been told
        return old;
    }

    private async Task ReplaceAsync(TestSilo silo, InMemoryHistoryStore store, RunId old)
    {
        await silo.Client.GetWorkflow<Sleeper>("p").StartAsync(
            TimeSpan.FromDays(1), new() { IdConflict = WorkflowIdConflictPolicy.TerminateExisting });
        await PaidAsync(store, old, "without a crash");
    }

    private static async Task PaidAsync(InMemoryHistoryStore store, RunId old, string when, bool isReplaced = true)
    {
        await Eventually.EventuallyAsync(
            async () => (await store.FindAsync(new WorkflowKey("p"))) is { Key.RunId: var run } && run != old == isReplaced
                && (await store.FindAsync(new WorkflowKey("p"), old))!.Summary.State == RunState.Closed
                && await StatusAsync(store, "p-Terminate") == WorkflowStatus.Terminated
                && await StatusAsync(store, "p-RequestCancel") == WorkflowStatus.Canceled,
            static isSo => isSo, $"{when}: the children are told");
        Assert.Equal(WorkflowStatus.Running, await StatusAsync(store, "p-Abandon"));
    }

    private static async Task<WorkflowStatus?> StatusAsync(InMemoryHistoryStore store, string id) =>
        (await store.FindAsync(new WorkflowKey(id)))?.Summary.Status;

    private static async Task<bool> ParkedAsync(InMemoryHistoryStore store, string id) =>
        (await store.FindAsync(new WorkflowKey(id)))?.Summary.State == RunState.Parked;

    private Task<TestSilo> StartAsync(IHistoryStore store) =>
        TestSilo.StartAsync(store, FamilyHosting.All, services: s => s.AddSingleton(_world));
}
