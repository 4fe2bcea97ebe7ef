using System.Text;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// A message that comes twice, the second time when its run has ended: its copy speaks for the one that was taken, whose answer
/// may have been lost. What was never taken is refused.
/// </summary>
public sealed class LateMessageTests : IAsyncDisposable
{
    // The run before it; and where chains are continued, the beginnings of that one's and of its own.
    private const int Few = 6;

    private readonly Guid _client = Guid.NewGuid();
    private readonly TestSilo _silo = TestSilo.StartAsync(new InMemoryHistoryStore(), LedgerHosting.All).GetAwaiter().GetResult();

    private IWorkflowHandle<Turnstile> Workflow => _silo.Client.GetWorkflow<Turnstile>("t");

    private IWorkflowMessagesGrain Messages => _silo.Grains.GetGrain<IWorkflowMessagesGrain>("t");

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Signal_CopyOfTheFirstTryAfterTheEnd_IsAcknowledgedAndANewOneIsNot(bool isBound, bool continuesBetween)
    {
        var run = (await Workflow.StartAsync(0)).RunId;
        var signal = Signal(1, isBound ? run.Value : null);
        await TakenAsync(signal);
        if (continuesBetween) await Workflow.SignalAsync(w => w.Go());
        await Workflow.SignalAsync(w => w.End());
        await Workflow.GetResultAsync();

        await TakenAsync(signal);
        Assert.Equal(FaultKind.Closed, FaultOf(await Messages.SignalAsync(Signal(2, isBound ? run.Value : null))));
        if (!continuesBetween) Assert.Equal(1, await Workflow.QueryAsync(w => w.Signals));
    }

    [Fact]
    public async Task SignalWithStart_CopyOfTheFirstTryAfterTheEndOfTheRunThatTookIt_StartsNone()
    {
        var run = (await Workflow.StartAsync(0)).RunId;
        var request = new SignalWithStartRequest { Start = Start(7), Signal = Signal(1, null) };
        Assert.Equal(run.Value, (await Messages.SignalWithStartAsync(request)).RunId);
        await Workflow.SignalAsync(w => w.End());
        await Workflow.GetResultAsync();

        Assert.Equal(run.Value, (await Messages.SignalWithStartAsync(request)).RunId);
        Assert.Equal(WorkflowStatus.Completed, (await Workflow.DescribeAsync()).Status);
        Assert.NotEqual(run.Value, (await Messages.SignalWithStartAsync(request with { Signal = Signal(2, null) })).RunId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UpdateWithStart_CopyOfTheFirstTryAfterTheEndOfTheRunThatTookIt_StartsNone(bool continuesBetween)
    {
        var run = (await Workflow.StartAsync(0)).RunId;
        var first = await Messages.UpdateWithStartAsync(Update(7));
        Assert.Equal((null, run.Value), (first.Fault, first.RunId));
        if (continuesBetween) await Workflow.SignalAsync(w => w.Go());
        await Workflow.SignalAsync(w => w.End());
        await Workflow.GetResultAsync();

        var copy = await Messages.UpdateWithStartAsync(Update(7));
        Assert.Equal((null, true, "1"), (copy.Fault, copy.IsCompleted, TextOf(copy)));
        Assert.Equal(WorkflowStatus.Completed, (await Workflow.DescribeAsync()).Status);

        // The same id, used anew.
        var next = await Messages.UpdateWithStartAsync(Update(8));
        Assert.Null(next.Fault);
        Assert.NotEqual(run.Value, next.RunId);
        Assert.Equal(WorkflowStatus.Running, (await Workflow.DescribeAsync()).Status);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Signal_AgainWhenTheNextRunIsOpen_IsAcknowledgedAndTakenByTheFirstAlone(bool isRepeat, bool continuesBetween)
    {
        await Workflow.StartAsync(0);
        await TakenAsync(Signal(1, null));
        await NextRunAsync(continuesBetween);

        await TakenAsync(Signal(1, null) with { IsRepeat = isRepeat });
        Assert.Equal(0, await Workflow.QueryAsync(w => w.Signals));
        await TakenAsync(Signal(2, null));
        Assert.Equal(1, await Workflow.QueryAsync(w => w.Signals));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Update_AgainWhenTheNextRunIsOpen_HasTheOutcomeOfTheFirst(bool isRepeat, bool continuesBetween)
    {
        var run = (await Workflow.StartAsync(0)).RunId;
        var update = Update(7).Update with { Request = new ClientRequest(_client, 7) };
        var first = await Messages.UpdateAsync(update);
        Assert.Equal((null, run.Value), (first.Fault, first.RunId));
        await NextRunAsync(continuesBetween);

        var again = await Messages.UpdateAsync(update with { IsRepeat = isRepeat });
        Assert.Equal((null, true, "1"), (again.Fault, again.IsCompleted, TextOf(again)));
        Assert.Equal(0, await Workflow.QueryAsync(w => w.Signals));

        // Its id, used anew.
        var other = await Messages.UpdateAsync(update with { Request = new ClientRequest(_client, 8) });
        Assert.Equal((null, "1"), (other.Fault, TextOf(other)));
        Assert.Equal(1, await Workflow.QueryAsync(w => w.Signals));
    }

    [Fact]
    public async Task Terminate_AgainWhenTheNextRunIsOpen_EndsTheFirstAlone()
    {
        await Workflow.StartAsync(0);
        var grain = _silo.Grains.GetGrain<IWorkflowGrain>("t");
        var request = new ControlRequest { Request = new ClientRequest(_client, 1) };
        Assert.Null((await grain.TerminateAsync(request)).Fault);
        await Workflow.StartAsync(0);

        var again = await grain.TerminateAsync(request);
        Assert.Equal((null, WorkflowStatus.Terminated), (again.Fault, again.Status));
        Assert.Equal(WorkflowStatus.Running, (await Workflow.DescribeAsync()).Status);
        Assert.Null((await grain.TerminateAsync(request with { Request = new ClientRequest(_client, 2) })).Fault);
        Assert.Equal(WorkflowStatus.Terminated, (await Workflow.DescribeAsync()).Status);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Signal_ToARunAfterManyOthers_ReadsTheHistoryOfTheLastOneAlone(bool continues, bool atOnce)
    {
        var clock = atOnce ? new ManualTimeProvider() : null; // all within one millisecond
        var (store, counts) = CountingStore.Over(new InMemoryHistoryStore());
        await using (var silo = await TestSilo.StartAsync(store, LedgerHosting.All, clock))
        {
            for (var n = 0; n < 20; n++)
            {
                Assert.InRange(await ReadsOfRunAsync(silo), 0, Few);
                await EndAsync(silo);
            }
        }

        // An activation that knows none of them looks through the latest once.
        await using var other = await TestSilo.StartAsync(store, LedgerHosting.All, clock);
        await ReadsOfRunAsync(other);
        await EndAsync(other);
        Assert.InRange(await ReadsOfRunAsync(other), 0, Few);
        var read = Reads();
        await other.Client.GetWorkflow<Turnstile>("t").SignalAsync(w => w.Count());
        Assert.Equal(read, Reads());

        // What a run's first message reads.
        async Task<int> ReadsOfRunAsync(TestSilo silo)
        {
            var workflow = silo.Client.GetWorkflow<Turnstile>("t");
            var run = (await workflow.StartAsync(0)).RunId;
            if (continues)
            {
                await workflow.SignalAsync(w => w.Go());
                await Eventually.EventuallyAsync(
                    async () => (await workflow.DescribeAsync()).RunId, id => id != run.Value, "it continues as new");
            }

            var before = Reads();
            await workflow.SignalAsync(w => w.Count());
            return Reads() - before;
        }

        static async Task EndAsync(TestSilo silo)
        {
            var workflow = silo.Client.GetWorkflow<Turnstile>("t");
            await workflow.SignalAsync(w => w.End());
            await workflow.GetResultAsync();
        }

        int Reads() => counts.Of(nameof(IHistoryStore.ReadAsync)) + counts.Of(nameof(IHistoryStore.FindAsync));
    }

    [Fact]
    public async Task Delivery_CopyOfTheFirstTryAfterTheChainsEnd_IsTakenAndANewOneIsNot()
    {
        var run = (await Workflow.StartAsync(0)).RunId;
        var call = new RunCall
        {
            Kind = RunCallKind.Signal, Name = "Count", Arguments = [], SourceKey = "sender", SourceRun = Guid.NewGuid(),
            SourceCommand = 1, TargetRun = run.Value,
        };
        var receiver = _silo.Grains.GetGrain<IWorkflowRunGrain>("t");
        await Workflow.SignalAsync(w => w.Go()); // it is bound to the chain's first run, and taken by its second
        Assert.Equal(RunCallAnswer.Taken, Assert.Single(await receiver.DeliverAsync([call])).Answer);
        await Workflow.SignalAsync(w => w.End());
        await Workflow.GetResultAsync();

        Assert.Equal(RunCallAnswer.Taken, Assert.Single(await receiver.DeliverAsync([call])).Answer);
        Assert.Equal(RunCallAnswer.Closed,
            Assert.Single(await receiver.DeliverAsync([call with { SourceCommand = 2 }])).Answer);
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    /// <summary>The run ends, another one of its id begins; that one, where asked, is in the second run of its chain.</summary>
    private async Task NextRunAsync(bool continues)
    {
        await Workflow.SignalAsync(w => w.End());
        await Workflow.GetResultAsync();
        var next = (await Workflow.StartAsync(0)).RunId;
        if (!continues) return;
        await Workflow.SignalAsync(w => w.Go());
        await Eventually.EventuallyAsync(
            async () => (await Workflow.DescribeAsync()).RunId, run => run != next.Value, "it continues as new");
    }

    private static string TextOf(UpdateReply reply) => Encoding.UTF8.GetString(reply.Result!.Data.Span);

    private StartRequest Start(long number) => new()
    {
        WorkflowType = "turnstile", Request = new ClientRequest(_client, number),
        IdReuse = WorkflowIdReusePolicy.AllowDuplicate, Input = new Payload("0"u8.ToArray()),
        IdConflict = WorkflowIdConflictPolicy.UseExisting,
    };

    private UpdateWithStartRequest Update(long number) => new()
    {
        Start = Start(number),
        Update = new UpdateRequest { UpdateId = "u", Name = "Enter", Wait = TimeSpan.FromSeconds(10) },
    };

    private SignalRequest Signal(long number, Guid? run) => new()
    {
        Client = _client, Signals = [new SignalItem { Number = number, Name = "Count", Arguments = [], RunId = run }],
    };

    private async Task TakenAsync(SignalRequest signal)
    {
        var reply = await Messages.SignalAsync(signal);
        Assert.Null(reply.Fault);
        Assert.Null(reply.Faults);
    }

    private static FaultKind? FaultOf(SignalReply reply) => (reply.Fault ?? reply.Faults?[0])?.Kind;
}
