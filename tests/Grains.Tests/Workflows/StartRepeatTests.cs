using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// A start whose first try began a run and went unanswered, repeated where what is deployed would refuse it by now: the caller is
/// told of the run that it has.
/// </summary>
public sealed class StartRepeatTests
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();

    public static TheoryData<string, FaultKind> Refusals => new()
    {
        { "gone", FaultKind.UnknownWorkflowType }, { "other input", FaultKind.InvalidRequest },
        { "smaller limit", FaultKind.PayloadTooLarge },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    internal async Task Start_RepeatWouldBeRefusedByNow_GetsTheOpenRunThatItBegan(string deployed, FaultKind refusal)
    {
        var request = Request("sleeper", "\"1.00:00:00\"");
        StartReply first;
        await using (var before = await StartAsync(TestHosting.All))
            first = await before.Grains.GetGrain<IWorkflowGrain>("w").StartAsync(request);
        Assert.Null(first.Fault);
        await using var silo = await StartAsync(Deployment(deployed));
        await AssertRepeatedAsync(silo, "w", request, first.RunId, refusal);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    internal async Task Start_RepeatWouldBeRefusedByNow_GetsTheEndedRunThatItBegan(string deployed, FaultKind refusal)
    {
        var request = Request("sleeper", "\"00:00:00.0000000\"");
        StartReply first;
        await using (var before = await StartAsync(TestHosting.All))
        {
            first = await before.Grains.GetGrain<IWorkflowGrain>("w").StartAsync(request);
            await before.Client.GetWorkflow<Sleeper>("w").GetResultAsync();
        }

        await using var silo = await StartAsync(Deployment(deployed));
        await AssertRepeatedAsync(silo, "w", request, first.RunId, refusal);
    }

    [Fact]
    public async Task Start_RepeatedAfterItsRunContinuedAsNewAndEnded_FindsItsOwn()
    {
        const int continuations = 20;
        var request = Request("countdown", $$"""{"left":{{continuations}},"sum":0}""");
        StartReply first;
        await using (var before = await StartAsync(FamilyHosting.All))
        {
            first = await before.Grains.GetGrain<IWorkflowGrain>("c").StartAsync(request);
            await before.Client.GetWorkflow<Countdown>("c").GetResultAsync();
        }

        await using var silo = await StartAsync(FamilyHosting.All);
        var again = await silo.Grains.GetGrain<IWorkflowGrain>("c").StartAsync(request with { IsRepeat = true });
        Assert.Equal((null, first.RunId), (again.Fault?.Kind, again.RunId));
        var sum = continuations * (continuations + 1) / 2;
        Assert.Equal(sum, await silo.Client.GetWorkflow<Countdown>("c", new RunId(first.RunId)).GetResultAsync());
        var ended = new WorkflowFilter { Status = WorkflowStatus.ContinuedAsNew };
        Assert.Equal(continuations, (await silo.Client.ListAsync(ended).ToListAsync()).Count);
        Assert.Equal(continuations + 1, (await silo.Client.ListAsync().ToListAsync()).Count); // and no other
    }

    [Fact]
    public async Task Start_OvertakenByItsRepeatWhoseRunsHaveEnded_BeginsNoOther()
    {
        // The same request arrives once more, and does not say that it is a repeat: it was sent first.
        var request = Request("countdown", """{"left":3,"sum":0}""");
        await using var silo = await StartAsync(FamilyHosting.All);
        var grain = silo.Grains.GetGrain<IWorkflowGrain>("late");
        var first = await grain.StartAsync(request with { IsRepeat = true });
        await silo.Client.GetWorkflow<Countdown>("late").GetResultAsync();

        var late = await grain.StartAsync(request);

        Assert.Equal((null, first.RunId), (late.Fault?.Kind, late.RunId));
        Assert.Equal(4, (await silo.Client.ListAsync().ToListAsync()).Count);
    }

    [Fact]
    public async Task SignalWithStart_RepeatWouldBeRefusedByNow_IsAcknowledgedByTheRunThatItBegan()
    {
        var request = new SignalWithStartRequest
        {
            Start = Request("talker", "0"),
            Signal = new SignalRequest
            {
                Client = Guid.NewGuid(), Signals = [new SignalItem { Number = 1, Name = "Go", Arguments = [] }],
            },
        };
        StartReply first;
        await using (var before = await StartAsync(TalkHosting.All))
        {
            // Version 2 ends by itself before the signal; version 1 by it.
            request = request with { Start = request.Start with { Version = 1 } };
            first = await before.Grains.GetGrain<IWorkflowMessagesGrain>("t").SignalWithStartAsync(request);
            Assert.Null(first.Fault);
            await before.Client.GetWorkflow<Talker>("t").GetResultAsync();
        }

        await using var silo = await StartAsync(static o => TestHosting.All(o.AddWorkflow<NewerTalker>()));
        var again = await silo.Grains.GetGrain<IWorkflowMessagesGrain>("t").SignalWithStartAsync(
            request with { Signal = request.Signal with { IsRepeat = true } });
        Assert.Equal((null, first.RunId), (again.Fault?.Kind, again.RunId));
    }

    private static async Task AssertRepeatedAsync(
        TestSilo silo, string id, StartRequest request, Guid begun, FaultKind refusal)
    {
        var grain = silo.Grains.GetGrain<IWorkflowGrain>(id);
        var again = await grain.StartAsync(request with { IsRepeat = true });
        Assert.Equal((null, begun, true), (again.Fault?.Kind, again.RunId, again.IsNew));
        var other = request with { Request = new ClientRequest(Guid.NewGuid(), 1), IsRepeat = true };
        var refused = await silo.Grains.GetGrain<IWorkflowGrain>("never-started").StartAsync(other);
        Assert.Equal(refusal, refused.Fault!.Kind); // a repeat that has no run is refused as any start

        Assert.Single(await silo.Client.ListAsync().ToListAsync());
    }

    private static Action<OrchestrationOptions> Deployment(string name) => name switch
    {
        "gone" => static o => o.AddWorkflow<Sequence>(),
        "other input" => static o => o.AddWorkflow<OtherSleeper>(),
        _ => static o =>
        {
            TestHosting.All(o);
            o.MaximumPayloadBytes = 10;
        }
        ,
    };

    private async Task<TestSilo> StartAsync(Action<OrchestrationOptions> configure) =>
        await TestSilo.StartAsync(_store, configure, services: s => s.AddSingleton(_world));

    private static StartRequest Request(string type, string json) => new()
    {
        Request = new ClientRequest(Guid.NewGuid(), 1),
        WorkflowType = type,
        Input = new Payload(System.Text.Encoding.UTF8.GetBytes(json)),
    };

    [Workflow("sleeper")]
    internal sealed class OtherSleeper : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => Task.FromResult(input);
    }
}
