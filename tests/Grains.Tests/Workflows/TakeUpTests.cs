using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>A run that a crash left between its end and the run that it promised, while others already send to it.</summary>
public sealed class TakeUpTests
{
    private readonly InMemoryHistoryStore _inner = new();

    [Fact]
    public async Task Message_WaitsForThePromisedRun_IsTakenByItAndAnswered()
    {
        await LeaveBetweenAsync();
        var store = new FaultyHistoryStore(_inner);
        var (begins, takes) = (store.HoldBefore(1), store.HoldBefore(2));
        await using var silo = await StartAsync(store);
        await begins.Reached; // nobody asked: recovery is about to begin the promised run
        var answer = silo.Grains.GetGrain<IWorkflowMessagesGrain>("t").SignalAsync(new SignalRequest
        {
            Client = Guid.NewGuid(), Signals = [new SignalItem { Number = 1, Name = "Count", Arguments = [] }],
        });
        await ArrivedAsync(silo);
        begins.Release();
        await takes.Reached; // the signal's own turn, which must not meet the first one half done
        Assert.False(answer.IsCompleted);
        takes.Release();
        Assert.Null((await answer.WaitAsync(Eventually.Limit)).Fault);
        Assert.Equal(1, await silo.Client.GetWorkflow<Turnstile>("t").QueryAsync(w => w.Signals));
    }

    /// <summary>Calls of a grain run in the order of their arrival: once one is refused, those before it are there.</summary>
    private static async Task ArrivedAsync(TestSilo silo)
    {
        var refused = await silo.Grains.GetGrain<IWorkflowGrain>("t").GetResultAsync(
            new ResultRequest { Wait = TimeSpan.FromSeconds(-1) });
        Assert.Equal(FaultKind.InvalidRequest, refused.Fault!.Kind);
    }

    private async Task LeaveBetweenAsync()
    {
        var store = new FaultyHistoryStore(_inner);
        var silo = await StartAsync(store);
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        await workflow.StartAsync(0);
        var hold = store.HoldAfter(store.Writes + 1);
        _ = workflow.SignalAsync("Go").ContinueWith(static t => t.Exception, TaskScheduler.Default);
        await hold.Reached;
        await silo.CrashAsync();
        var left = (await _inner.FindAsync(new WorkflowKey("t")))!.Summary;
        Assert.Equal((WorkflowStatus.ContinuedAsNew, RunState.Runnable), (left.Status, left.State));
    }

    private static Task<TestSilo> StartAsync(IHistoryStore store) =>
        TestSilo.StartAsync(store, LedgerHosting.All, services: static s => s.AddSingleton(new World()));
}
