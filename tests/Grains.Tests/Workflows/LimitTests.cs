using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
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

    private static SignalRequest Signals(int count) => new()
    {
        Client = Guid.NewGuid(),
        Signals = [.. Enumerable.Range(1, count)
            .Select(static n => new SignalItem { Number = n, Name = "Count", Arguments = [] })],
    };

    private static Task<TestSilo> StartAsync(IHistoryStore store, Action<OrchestrationOptions> configure) => TestSilo.StartAsync(
        store,
        options =>
        {
            LedgerHosting.All(options);
            configure(options);
        },
        services: static s => s.AddSingleton(new World()));
}
