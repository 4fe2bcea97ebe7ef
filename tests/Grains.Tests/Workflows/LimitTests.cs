using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Bounds of a silo, and what a start carries along.</summary>
public sealed class LimitTests
{
    private readonly InMemoryHistoryStore _inner = new();

    [Fact]
    public async Task Turn_ThatManySignalsWaitFor_TakesAThousandAndTheNextTheOthers()
    {
        var store = new FaultyHistoryStore(_inner);
        await using var silo = await StartAsync(store, static _ => { });
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        await workflow.StartAsync(0);
        var hold = store.HoldBefore(store.Writes + 1);
        var grain = silo.Grains.GetGrain<IWorkflowMessagesGrain>("t");
        var first = grain.SignalAsync(Signals(1));
        await hold.Reached;
        var others = Enumerable.Range(0, 5).Select(_ => grain.SignalAsync(Signals(500))).ToList();
        hold.Release();
        await first;
        foreach (var other in others) Assert.Null((await other).Fault);
        Assert.Equal(2_501, await workflow.QueryAsync(w => w.Signals));
        var record = (await _inner.FindAsync(new WorkflowKey("t")))!;
        var batches = (await _inner.ReadAsync(record.Key, record.Handle, 1)).Batches;
        Assert.InRange(batches.Max(static b => b.EventCount), 500, 1_000);
    }

    [Fact]
    public async Task Turn_ThatLargeSignalsWaitFor_TakesAMegabyteAndTheNextTheOthers()
    {
        const int size = 300_000;
        var store = new FaultyHistoryStore(_inner);
        await using var silo = await StartAsync(store, static _ => { });
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        await workflow.StartAsync(0);
        var hold = store.HoldBefore(store.Writes + 1);
        var grain = silo.Grains.GetGrain<IWorkflowMessagesGrain>("t");
        var first = grain.SignalAsync(Signals(1));
        await hold.Reached;
        var others = Enumerable.Range(0, 10).Select(_ => grain.SignalAsync(Signals(1, "Big", size))).ToList();
        hold.Release();
        await first;
        foreach (var other in others) Assert.Null((await other).Fault);
        var record = (await _inner.FindAsync(new WorkflowKey("t")))!;
        var large = (await _inner.ReadAsync(record.Key, record.Handle, 1, maximumBytes: 20 * size)).Batches
            .Where(static b => b.Body.Length > size).Select(static b => b.EventCount).ToList();
        Assert.Equal(10, large.Sum());
        Assert.Equal(4, large.Max()); // the fourth is the one that passes the megabyte
    }

    [Fact]
    public async Task History_OfTenThousandEvents_IsWarnedOfOnceAndTheRunGoesOn()
    {
        using var log = new LogLines();
        await using var silo = await StartAsync(_inner, static _ => { }, log);
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        await workflow.StartAsync(0);
        var grain = silo.Grains.GetGrain<IWorkflowMessagesGrain>("t");
        for (var i = 1; i <= 11; i++)
        {
            Assert.Null((await grain.SignalAsync(Signals(1_000))).Fault);
            Assert.Equal(i < 10 ? 0 : 1, log.CountOf("The history of workflow t, run "));
        }

        Assert.Equal(11_000, await workflow.QueryAsync(w => w.Signals));
    }

    [Fact]
    public async Task History_OfFiftyMegabytes_IsWarnedOfAtTenAndThenStallsAndCanBeEnded()
    {
        using var log = new LogLines();
        await using var silo = await StartAsync(_inner, static _ => { }, log);
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        await workflow.StartAsync(0);
        var text = new string('x', 1_900_000);
        for (var sent = 1; ; sent++)
        {
            if (await Record.ExceptionAsync(() => workflow.SignalAsync("Big", [text])) is { } stopped)
            {
                Assert.IsType<WorkflowStalled>(stopped);
                Assert.InRange(sent, 27, 29); // one is over the limit, and the next finds it so
                break;
            }

            Assert.Equal(sent < 6 ? 0 : 1, log.CountOf("The history of workflow t, run "));
        }

        var stall = (await workflow.DescribeAsync()).Stall!;
        Assert.Equal(FaultCodes.HistoryTooLarge, stall.Code);
        Assert.Contains("the limit is 50,000,000", stall.Message, StringComparison.Ordinal);
        await workflow.TerminateAsync("too large");
        Assert.Equal(WorkflowStatus.Terminated, (await workflow.DescribeAsync()).Status);
    }

    [Fact]
    public async Task Run_ThatEndsBeforeItsHandlers_IsWarnedOfByTheirNames()
    {
        using var log = new LogLines();
        await using var silo = await StartAsync(_inner, static o => o.AddWorkflow<Hasty>(), log);
        var hasty = silo.Client.GetWorkflow<Hasty>("h");
        await hasty.StartAsync(0);
        await hasty.SignalAsync("Nobody");
        await hasty.SignalAsync("Slow");
        await hasty.GetResultAsync();
        Assert.True(log.Has("unfinished handlers: [signal 'Slow']; signals without a handler: [signal 'Nobody']"));
    }

    [Fact]
    public async Task Start_MoreWaitForTheirCommitThanAreAdmitted_IsToldToComeAgain()
    {
        var store = new FaultyHistoryStore(_inner);
        await using var silo = await StartAsync(store, static o => o.MaximumPendingStarts = 1);
        var hold = store.HoldBefore(1);
        var held = silo.Client.GetWorkflow<Sequence>("held").ExecuteAsync(1);
        await hold.Reached;
        var reply = await silo.Grains.GetGrain<IWorkflowGrain>("next").StartAsync(new StartRequest
        {
            Request = new ClientRequest(Guid.NewGuid(), 1), WorkflowType = "sequence", Input = new Payload("1"u8.ToArray()),
        });
        Assert.Equal(FaultKind.SlowDown, reply.Fault!.Kind);
        Assert.True(reply.Fault.RetryAfter > TimeSpan.Zero);
        hold.Release();
        Assert.Equal(0, await held);
        Assert.Null(await _inner.FindAsync(new WorkflowKey("next")));
        Assert.Equal(0, await silo.Client.GetWorkflow<Sequence>("next").ExecuteAsync(1));
    }

    [Fact]
    public async Task Start_WithinASpan_RecordsItsTraceContextWithTheRun()
    {
        await using var silo = await StartAsync(_inner, static _ => { });
        using var span = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        var workflow = silo.Client.GetWorkflow<Sequence>("traced");
        await workflow.ExecuteAsync(1);
        var first = await workflow.GetHistoryAsync().FirstAsync();
        Assert.Contains(span.TraceId.ToHexString(), first.Json, StringComparison.Ordinal);
    }

    private static SignalRequest Signals(int count, string name = "Count", int bytes = 0) => new()
    {
        Client = Guid.NewGuid(),
        Signals = [.. Enumerable.Range(1, count).Select(n => new SignalItem
        {
            Number = n, Name = name, Arguments = bytes == 0 ? [] : [new Payload(new byte[bytes])],
        })],
    };

    private static Task<TestSilo> StartAsync(
        IHistoryStore store, Action<OrchestrationOptions> configure, LogLines? log = null) => TestSilo.StartAsync(
        store,
        options =>
        {
            LedgerHosting.All(options);
            configure(options);
        },
        services: s =>
        {
            s.AddSingleton(new World());
            if (log is not null) s.AddSingleton<ILoggerProvider>(log);
        });

    /// <summary>Ends while a handler is under way.</summary>
    [Workflow("hasty")]
    public sealed class Hasty : Workflow<int, string>
    {
        private bool _begun;

        [Signal]
        public async Task Slow()
        {
            _begun = true;
            await Context.DelayAsync(TimeSpan.FromDays(1));
        }

        public override async Task<string> RunAsync(int input)
        {
            await Context.WhenAsync(() => _begun);
            return "ended";
        }
    }
}
