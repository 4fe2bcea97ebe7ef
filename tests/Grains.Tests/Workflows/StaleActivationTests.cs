using Orchestration.Client;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// Two activations of one instance for a moment: what the one wrote, the other does not know yet. It never acknowledges what
/// nobody has written.
/// </summary>
public sealed class StaleActivationTests
{
    [Fact]
    public async Task Signal_AgainToANewerRunThanIsKnownHere_IsNotAcknowledgedUnwritten()
    {
        var store = new InMemoryHistoryStore();
        await using var stale = await TestSilo.StartAsync(store, LedgerHosting.All);
        await using var other = await TestSilo.StartAsync(store, LedgerHosting.All);
        await stale.Client.GetWorkflow<Turnstile>("t").ExecuteAsync(100);
        var newer = other.Client.GetWorkflow<Turnstile>("t");
        var run = await newer.StartAsync(1, new StartOptions { IdReuse = WorkflowIdReusePolicy.AllowDuplicate });
        var again = new SignalRequest
        {
            Client = Guid.NewGuid(), IsRepeat = true,
            Signals = [new SignalItem { Number = 1, Name = "Count", Arguments = [], RunId = run.RunId.Value }],
        };

        var reply = await stale.Grains.GetGrain<IWorkflowMessagesGrain>("t").SignalAsync(again);
        Assert.Equal(FaultKind.NotOwner, (reply.Fault ?? reply.Faults![0])!.Kind);

        Assert.Null((await other.Grains.GetGrain<IWorkflowMessagesGrain>("t").SignalAsync(again)).Fault);
        Assert.Equal(1, await newer.QueryAsync(w => w.Signals));
        await newer.SignalAsync(w => w.End());
        await newer.GetResultAsync();

        // And what it was asked too early does not stand for the run once it has ended.
        reply = await stale.Grains.GetGrain<IWorkflowMessagesGrain>("t").SignalAsync(again);
        Assert.Null(reply.Fault);
        Assert.Null(reply.Faults);
    }
}
