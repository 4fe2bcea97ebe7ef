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

/// <summary>A signal with start that takes an open run's place (TerminateExisting): run and signal come together, or not at
/// all.</summary>
public sealed class ReplaceWithMessageTests
{
    private static readonly StartOptions Replace = new()
    {
        IdConflict = WorkflowIdConflictPolicy.TerminateExisting, Version = 1,
    };

    private readonly World _world = new();

    [Fact]
    public async Task SignalWithStart_TerminateExisting_EndsTheOpenRunAndTheNewOneHasTheSignal()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var talker = silo.Client.GetWorkflow<Talker>("t");
        var old = await talker.SignalWithStartAsync(0, "Say", ["old"], new StartOptions { Version = 1 });
        var next = await talker.SignalWithStartAsync(0, "Say", ["new"], Replace);
        Assert.NotEqual(old, next);
        Assert.Equal("new", await talker.QueryAsync(w => w.Heard()));
        Assert.Equal(WorkflowStatus.Terminated, (await silo.Client.GetWorkflow<Talker>("t", old).DescribeAsync()).Status);
        await talker.SignalAsync(w => w.Go());
        Assert.Equal("new", await talker.GetResultAsync());
        var third = await talker.SignalWithStartAsync(0, "Say", ["again"], Replace); // nothing open: it just starts
        Assert.Equal("again", await talker.QueryAsync(w => w.Heard()));
        Assert.Equal(3, (await silo.Client.ListAsync().ToListAsync()).Count);
        Assert.Equal(third, new RunId((await talker.DescribeAsync()).RunId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignalWithStart_TerminateExistingAndSiloDiesAtNthWrite_OnceTheOldHasEndedTheNewOneHasTheSignal(bool written)
    {
        for (var nth = 1; ; nth++)
        {
            var inner = new InMemoryHistoryStore();
            var faulty = new FaultyHistoryStore(inner);
            var silo = await StartAsync(faulty);
            var old = await silo.Client.GetWorkflow<Talker>("t").StartAsync(0, new StartOptions { Version = 1 });
            var hold = written ? faulty.HoldAfter(faulty.Writes + nth) : faulty.HoldBefore(faulty.Writes + nth);
            var request = Request("Say", "\"once\"");
            var call = silo.Grains.GetGrain<IWorkflowMessagesGrain>("t").SignalWithStartAsync(request);
            var isClean = await Task.WhenAny(call, hold.Reached) == call;
            if (isClean) await silo.DisposeAsync();
            else await silo.CrashAsync();
            await using var next = await StartAsync(inner);
            var talker = next.Client.GetWorkflow<Talker>("t");
            if ((await inner.FindAsync(new WorkflowKey("t"), old.RunId))!.Summary.Status == WorkflowStatus.Terminated)
            {
                // Nobody repeats the request.
                var run = await Eventually.EventuallyAsync(async () => (await inner.FindAsync(new WorkflowKey("t")))!,
                    r => r.Key.RunId != old.RunId, $"write {nth}: the promised run begins");
                Assert.Equal("once", await talker.QueryAsync(w => w.Heard()));
                Assert.Equal(run.Key.RunId, new RunId((await talker.DescribeAsync()).RunId));
            }

            var grain = next.Grains.GetGrain<IWorkflowMessagesGrain>("t");
            var repeat = request with { Signal = request.Signal with { IsRepeat = true } };
            var reply = await grain.SignalWithStartAsync(repeat);
            Assert.Null(reply.Fault);
            Assert.Equal(reply.RunId, (await grain.SignalWithStartAsync(repeat)).RunId);
            Assert.Equal("once", await talker.QueryAsync(w => w.Heard()));
            Assert.Equal(2, (await next.Client.ListAsync().ToListAsync()).Count);
            if (isClean) return;
        }
    }

    [Fact]
    public async Task SignalWithStart_TerminateExistingAndTheNewRunEndsByTheSignal_IsAcknowledgedOnce()
    {
        var store = new InMemoryHistoryStore();
        await using var silo = await StartAsync(store);
        await silo.Client.GetWorkflow<Sleeper>("t").StartAsync(TimeSpan.FromDays(1));
        var request = Request("Go");
        var grain = silo.Grains.GetGrain<IWorkflowMessagesGrain>("t");
        var reply = await grain.SignalWithStartAsync(request);
        Assert.Null(reply.Fault);
        Assert.Equal("", await silo.Client.GetWorkflow<Talker>("t").GetResultAsync());
        var again = await grain.SignalWithStartAsync(request with { Signal = request.Signal with { IsRepeat = true } });
        Assert.Equal((null, reply.RunId), (again.Fault?.Kind, again.RunId));
    }

    [Fact]
    public async Task SignalWithStart_TerminateExistingWithWhatDoesNotFit_LeavesTheOldRunAlone()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var talker = silo.Client.GetWorkflow<Talker>("t");
        var old = await talker.StartAsync(0, new StartOptions { Version = 1 });
        var signal = await Assert.ThrowsAsync<InvalidRequest>(() => talker.SignalWithStartAsync(0, "Say", [1, 2], Replace));
        Assert.Contains("signal 'Say'(string text)", signal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidRequest>(() => silo.Client.GetWorkflow("t", "talker").SignalWithStartAsync(
            "no number", typeof(string), "Say", ["x"], Replace));
        var update = await Assert.ThrowsAsync<InvalidRequest>(() => talker.UpdateWithStartAsync<string>(
            0, typeof(int), "Ask", ["x"], options: Replace));
        Assert.Contains(nameof(WorkflowIdConflictPolicy.TerminateExisting), update.Message, StringComparison.Ordinal);
        var now = await talker.DescribeAsync();
        Assert.Equal((old.RunId, WorkflowStatus.Running), (new RunId(now.RunId), now.Status));
    }

    private Task<TestSilo> StartAsync(IHistoryStore store) =>
        TestSilo.StartAsync(store, TalkHosting.All, services: s => s.AddSingleton(_world));

    private static SignalWithStartRequest Request(string signal, params string[] arguments) => new()
    {
        Start = new StartRequest
        {
            Request = new ClientRequest(Guid.NewGuid(), 1), WorkflowType = "talker", Input = Json("0"), Version = 1,
            IdConflict = WorkflowIdConflictPolicy.TerminateExisting,
        },
        Signal = new SignalRequest
        {
            Client = Guid.NewGuid(),
            Signals = [new SignalItem { Number = 1, Name = signal, Arguments = [.. arguments.Select(Json)] }],
        },
    };

    private static Payload Json(string json) => new(System.Text.Encoding.UTF8.GetBytes(json));
}
