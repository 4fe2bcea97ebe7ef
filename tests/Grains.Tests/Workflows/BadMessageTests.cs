using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Messages that cannot be taken: each is a typed error that names the culprit, and writes nothing.</summary>
public sealed class BadMessageTests
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();

    [Fact]
    public async Task Query_RunStalledByUnfitCode_AnswersAsFarAsTheCodeHasCome()
    {
        await StartStoredAsync();
        await using var silo = await StartAsync(static o => o.AddWorkflow<ChangedTurnstile>());
        var workflow = silo.Client.GetWorkflow<ChangedTurnstile>("t");
        Assert.Equal(WorkflowStatus.Stalled, (await workflow.DescribeAsync()).Status);
        Assert.Equal("before the change", await workflow.QueryAsync(w => w.Came()));
        var unknown = await Assert.ThrowsAsync<QueryFailed>(() => workflow.QueryAsync<int>("Signals"));
        Assert.Contains(
            "has no query 'Signals'; it has: query 'Bump'(), query 'Came'()", unknown.Message, StringComparison.Ordinal);
        var bump = await Assert.ThrowsAsync<QueryFailed>(() => workflow.QueryAsync(w => w.Bump()));
        Assert.Contains("query 'Bump' changed '_bumps'", bump.Message, StringComparison.Ordinal);
        Assert.Equal("before the change", await workflow.QueryAsync(w => w.Came())); // it is rebuilt, and still stalled
        Assert.Equal(WorkflowStatus.Stalled, (await workflow.DescribeAsync()).Status);
        await RecoversAsync(silo);
    }

    [Fact]
    public async Task Messages_RunWithoutItsCode_SayThatItIsStalledAndWhatIsMissing()
    {
        await StartStoredAsync();
        await using var silo = await StartAsync(static o => o.AddWorkflow<Sequence>());
        var workflow = silo.Client.GetWorkflow("t");
        Func<Task>[] calls =
        [
            () => workflow.QueryAsync<int>("Signals"), () => workflow.SignalAsync("Count"),
            () => workflow.UpdateAsync<string>("Never", ["x"]),
        ];
        foreach (var call in calls)
        {
            var stalled = await Assert.ThrowsAsync<WorkflowStalled>(call);
            Assert.Contains(
                "'t' is stalled: No code for the workflow type 'turnstile'", stalled.Message, StringComparison.Ordinal);
        }

        await RecoversAsync(silo);
    }

    [Fact]
    public async Task Signal_OversizeOfAClientThatDoesNotCheck_IsRefusedAloneAndWritesNothing()
    {
        await using var silo = await StartAsync(LedgerHosting.All);
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        await workflow.StartAsync(0);
        var before = (await workflow.DescribeAsync()).HistoryLength;
        var big = new Payload(new byte[2_000_001 + (1 << 20)]);
        var reply = await silo.Grains.GetGrain<IWorkflowMessagesGrain>("t").SignalAsync(new SignalRequest
        {
            Client = Guid.NewGuid(),
            Signals =
            [
                new SignalItem { Number = 1, Name = "Big", Arguments = [big] },
                new SignalItem { Number = 2, Name = "Count", Arguments = [] },
            ],
        });
        Assert.Null(reply.Fault);
        var fault = reply.Faults![0]!;
        Assert.Equal((FaultKind.PayloadTooLarge, (long)big.Data.Length), (fault.Kind, fault.Size));
        Assert.Contains("'Big'", fault.Message, StringComparison.Ordinal);
        Assert.Null(reply.Faults[1]);
        Assert.Equal(1, await workflow.QueryAsync(w => w.Signals));
        Assert.Equal(before + 1, (await workflow.DescribeAsync()).HistoryLength);
    }

    [Fact]
    public async Task Messages_ToARunThatHasEnded_NameItAndHowItEnded()
    {
        await using var silo = await StartAsync(LedgerHosting.All);
        var workflow = silo.Client.GetWorkflow<Turnstile>("t");
        var run = (await workflow.StartAsync(0)).RunId;
        var token = await workflow.QueryAsync(w => w.Token());
        await workflow.TerminateAsync("enough");
        Func<Task>[] calls =
        [
            () => workflow.SignalAsync(w => w.Count()), () => workflow.UpdateAsync<string>("Never", ["x"]),
            () => silo.Client.CompleteTokenAsync(token, "yes"),
        ];
        foreach (var call in calls)
        {
            var closed = await Assert.ThrowsAsync<WorkflowClosed>(call);
            Assert.Equal((run, WorkflowStatus.Terminated), (closed.RunId, closed.Status));
            Assert.Contains($"'t' (run {run}) has ended (Terminated)", closed.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, await workflow.QueryAsync(w => w.Signals));
    }

    [Fact]
    public async Task CompleteToken_ASecondTime_IsTokenSpentAlsoAfterARestart()
    {
        string token;
        await using (var before = await StartAsync(LedgerHosting.All))
        {
            var workflow = before.Client.GetWorkflow<Turnstile>("t");
            await workflow.StartAsync(0);
            token = await workflow.QueryAsync(w => w.Token());
            await before.Client.CompleteTokenAsync(token, "yes");
            var spent = await Assert.ThrowsAsync<TokenSpent>(() => before.Client.CompleteTokenAsync(token, "again"));
            Assert.Contains("token 't' was completed before", spent.Message, StringComparison.Ordinal);
        }

        await using var silo = await StartAsync(LedgerHosting.All);
        var length = (await silo.Client.GetWorkflow("t").DescribeAsync()).HistoryLength;
        await Assert.ThrowsAsync<TokenSpent>(() => silo.Client.RejectTokenAsync(token, "no"));
        Assert.Equal(length, (await silo.Client.GetWorkflow("t").DescribeAsync()).HistoryLength);
    }

    private async Task StartStoredAsync()
    {
        await using var before = await StartAsync(LedgerHosting.All);
        await before.Client.GetWorkflow<Turnstile>("t").StartAsync(0);
    }

    /// <summary>With its own code the run goes on: it took none of the messages.</summary>
    private async Task RecoversAsync(TestSilo stalled)
    {
        await stalled.DisposeAsync();
        await using var mended = await StartAsync(LedgerHosting.All);
        var workflow = mended.Client.GetWorkflow<Turnstile>("t");
        Assert.Equal(0, await workflow.QueryAsync(w => w.Signals));
        await workflow.SignalAsync(w => w.End());
        Assert.Equal(0, await workflow.GetResultAsync());
    }

    private Task<TestSilo> StartAsync(Action<OrchestrationOptions> configure) =>
        TestSilo.StartAsync(_store, configure, services: s => s.AddSingleton(_world));

    /// <summary>Sleeps where the stored run made a token.</summary>
    [Workflow("turnstile")]
    public sealed class ChangedTurnstile : Workflow<int, int>
    {
        private string _came = "";
        private int _bumps;

        [Query]
        public string Came() => _came;

        [Query]
        public int Bump() => ++_bumps;

        public override async Task<int> RunAsync(int input)
        {
            _came = "before the change";
            await Context.DelayAsync(TimeSpan.FromDays(1));
            return input;
        }
    }
}
