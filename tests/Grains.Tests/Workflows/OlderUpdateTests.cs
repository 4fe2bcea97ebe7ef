using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// An update that comes again after very many others, and after its run has continued as new: it is told its outcome and never
/// carried out a second time, though no run keeps all outcomes in memory.
/// </summary>
public sealed class OlderUpdateTests
{
    private const int MoreThanAreKept = 300;
    private const int MoreThanAreKnown = 4_400;

    [Fact]
    public async Task Update_AgainAfterManyOthersOfItsRun_IsToldItsOutcome()
    {
        var store = new InMemoryHistoryStore();
        var silo = await StartAsync(store);
        var book = await FillAsync(silo, MoreThanAreKept);
        Assert.Equal(1, await book.UpdateAsync<int>("Add", [], Old));
        Assert.Equal(1, await book.GetUpdate<int>("old").GetResultAsync());
        await silo.CrashAsync();
        await using var next = await StartAsync(store);
        book = next.Client.GetWorkflow<Book>("b");
        Assert.Equal(1, await book.UpdateAsync<int>("Add", [], Old));
        await book.SignalAsync(w => w.End());
        Assert.Equal(MoreThanAreKept + 1, await book.GetResultAsync());
        Assert.Equal(1, await book.UpdateAsync<int>("Add", [], Old)); // of a closed run too
    }

    [Fact]
    public async Task Update_AgainAfterManyOthersAndContinuations_IsToldItsOutcome()
    {
        var store = new InMemoryHistoryStore();
        var silo = await StartAsync(store);
        var book = await FillAsync(silo, MoreThanAreKept);
        for (var i = 0; i < 2; i++)
        {
            await TurnPageAsync(book, i);
            Assert.Equal(1, await book.UpdateAsync<int>("Add", [], Old));
            Assert.Equal(1, await book.GetUpdate<int>("old").GetResultAsync());
        }

        await silo.CrashAsync();
        await using var next = await StartAsync(store);
        book = next.Client.GetWorkflow<Book>("b");
        Assert.Equal(1, await book.UpdateAsync<int>("Add", [], Old));
        await book.SignalAsync(w => w.End());
        Assert.Equal(MoreThanAreKept + 1, await book.GetResultAsync());
        Assert.Equal(1, await book.UpdateAsync<int>("Add", [], Old));
        await Assert.ThrowsAsync<WorkflowClosed>(() => book.UpdateAsync<int>("Add", []));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repeat_OfARequestThatNoRunKnowsAnyMore_IsToldItsOutcome(bool closed)
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var book = await FillAsync(silo, MoreThanAreKnown);
        await TurnPageAsync(book, 0);
        await TurnPageAsync(book, 1);
        if (closed)
        {
            await book.SignalAsync(w => w.End());
            await book.GetResultAsync();
        }

        var grain = silo.Grains.GetGrain<IWorkflowMessagesGrain>("b");
        var reply = await grain.UpdateAsync(Request("old"));
        Assert.Null(reply.Fault);
        Assert.Equal("1", reply.Result!.ToString());
        if (closed)
        {
            Assert.Equal(FaultKind.Closed, (await grain.UpdateAsync(Request("never-seen"))).Fault!.Kind);
            return;
        }

        // A first try that never arrived is carried out when it is repeated, and once.
        var expected = $"{MoreThanAreKnown + 2}";
        Assert.Equal(expected, (await grain.UpdateAsync(Request("lost"))).Result!.ToString());
        Assert.Equal(expected, (await grain.UpdateAsync(Request("lost"))).Result!.ToString());
    }

    [Fact]
    public async Task Update_OfAnEarlierRunThatIsGone_IsRefusedAndNotCarriedOut()
    {
        var store = new InMemoryHistoryStore();
        var silo = await StartAsync(store);
        var book = await FillAsync(silo, MoreThanAreKept);
        await TurnPageAsync(book, 0);
        await silo.DisposeAsync();
        var first = await store.ListAsync(new ListQuery { Namespace = "default", PageSize = 10 });
        Assert.True(await store.PurgeAsync(first.Runs.Single(static r => r.Summary.ClosedAt is not null).Key));
        await using var next = await StartAsync(store);
        book = next.Client.GetWorkflow<Book>("b");
        var gone = await Assert.ThrowsAsync<InvalidRequest>(() => book.UpdateAsync<int>("Add", [], Old));
        Assert.Contains("'old' was carried out by an earlier run", gone.Message, StringComparison.Ordinal);
        Assert.Equal(MoreThanAreKept + 1, await book.QueryAsync(w => w.Sum));
    }

    private static UpdateOptions Old { get; } = new() { UpdateId = "old" };

    private static UpdateRequest Request(string id) =>
        new() { UpdateId = id, Name = "Add", IsRepeat = true, Wait = TimeSpan.FromSeconds(10) };

    private static async Task<IWorkflowHandle<Book>> FillAsync(TestSilo silo, int others)
    {
        var book = silo.Client.GetWorkflow<Book>("b");
        await book.StartAsync(new BookInput(0, 0));
        Assert.Equal(1, await book.UpdateAsync<int>("Add", [], Old));
        await Task.WhenAll(Enumerable.Range(0, others).Select(_ => book.UpdateAsync<int>("Add", [])));
        return book;
    }

    private static async Task TurnPageAsync(IWorkflowHandle<Book> book, int page)
    {
        Assert.Equal(page, await book.QueryAsync(w => w.Page));
        await book.SignalAsync(w => w.Turn());
        Assert.Equal(page + 1, await book.QueryAsync(w => w.Page));
    }

    private static Task<TestSilo> StartAsync(IHistoryStore store) => TestSilo.StartAsync(
        store, static o => o.AddWorkflow<Book>(), services: static s => s.AddSingleton(new World()));

    public sealed record BookInput(int Sum, int Page);

    /// <summary>Counts its updates, and continues as new when it is told to.</summary>
    [Workflow("book")]
    public sealed class Book : Workflow<BookInput, int>
    {
        private bool _turn;
        private bool _end;

        [Query]
        public int Sum { get; private set; }

        [Query]
        public int Page { get; private set; }

        [Signal]
        public void Turn() => _turn = true;

        [Signal]
        public void End() => _end = true;

        [Update]
        public int Add() => ++Sum;

        public override async Task<int> RunAsync(BookInput input)
        {
            Sum += input.Sum;
            Page = input.Page;
            await Context.WhenAsync(() => _turn || _end);
            return _end ? Sum : throw Context.ContinueAsNew(new BookInput(Sum, Page + 1));
        }
    }
}
