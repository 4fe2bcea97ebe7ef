using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

public sealed class StartTests : IAsyncLifetime
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();
    private TestSilo _silo = null!;

    public async Task InitializeAsync() =>
        _silo = await TestSilo.StartAsync(_store, TestHosting.All, services: s => s.AddSingleton(_world));

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Execute_SequenceOfFive_CompletesWithEachStepOnce()
    {
        Assert.Equal(10, await _silo.Client.GetWorkflow<Sequence>("seq").ExecuteAsync(5));
        Assert.Equal(5, _world.CountOf("Add"));
    }

    [Fact]
    public async Task Execute_FanOutOfHundred_CompletesWithEachStepOnce()
    {
        Assert.Equal(4950 + 100, await _silo.Client.GetWorkflow<FanOut>("fan").ExecuteAsync(100));
        Assert.Equal(100, _world.Executions.Select(e => e.Key).Distinct().Count());
    }

    [Fact]
    public async Task Start_IdOfOpenRun_IsRefusedAndNamesTheRun()
    {
        var workflow = _silo.Client.GetWorkflow<Blocker>("busy");
        var run = await workflow.StartAsync("busy");
        var refusal = await Assert.ThrowsAsync<WorkflowAlreadyStarted>(() => workflow.StartAsync("again"));
        Assert.Equal(run, refusal.RunId);
        _world.Block("busy").SetResult("done");
        Assert.Equal("done", await workflow.GetResultAsync());
    }

    [Fact]
    public async Task Start_RepeatedRequest_GetsTheSameRun_AlsoAfterItsEnd()
    {
        var grain = _silo.Grains.GetGrain<IWorkflowGrain>("repeated");
        var request = Request("sequence", "1");
        var first = await grain.StartAsync(request);
        await grain.GetResultAsync(new ResultRequest { Wait = TimeSpan.FromSeconds(10) });
        var second = await grain.StartAsync(request);
        Assert.Null(second.Fault);
        Assert.Equal(first.RunId, second.RunId);
    }

    [Theory]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, true)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, false)]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, false)]
    public async Task Start_IdOfCompletedRun_FollowsTheReusePolicy(WorkflowIdReusePolicy policy, bool allowed)
    {
        var workflow = _silo.Client.GetWorkflow<Sequence>("reused");
        await workflow.ExecuteAsync(1);
        var again = workflow.StartAsync(2, new StartOptions { IdReuse = policy });
        if (allowed)
        {
            await again;
            Assert.Equal(1, await workflow.GetResultAsync());
        }
        else
        {
            await Assert.ThrowsAsync<WorkflowAlreadyStarted>(() => again);
        }
    }

    [Fact]
    public async Task Start_ManyAtOnceOfOneId_StartsOneRun()
    {
        var workflow = _silo.Client.GetWorkflow<Blocker>("contended");
        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await workflow.StartAsync("contended");
                return true;
            }
            catch (WorkflowAlreadyStarted)
            {
                return false;
            }
        }));
        Assert.Single(starts, started => started);
        _world.Block("contended").SetResult("done");
        await workflow.GetResultAsync();
    }

    [Fact]
    public async Task Start_UnknownType_IsRefusedAndNamesTheHosted()
    {
        var reply = await _silo.Grains.GetGrain<IWorkflowGrain>("x").StartAsync(Request("no-such-type", "1"));
        Assert.Equal(FaultKind.UnknownWorkflowType, reply.Fault!.Kind);
        Assert.Contains("sequence", reply.Fault.Message, StringComparison.Ordinal);
        await NothingWrittenAsync("x");
    }

    [Fact]
    public async Task Start_InputOfAnotherType_IsRefused()
    {
        var reply = await _silo.Grains.GetGrain<IWorkflowGrain>("x").StartAsync(Request("sequence", "\"no number\""));
        Assert.Equal(FaultKind.InvalidRequest, reply.Fault!.Kind);
        await NothingWrittenAsync("x");
    }

    [Fact]
    public async Task Start_OversizeInput_IsRefused()
    {
        var reply = await _silo.Grains.GetGrain<IWorkflowGrain>("x").StartAsync(Request("blocker", '"' + new string('a',
            2 * 1024 * 1024) + '"'));
        Assert.Equal(FaultKind.PayloadTooLarge, reply.Fault!.Kind);
        await NothingWrittenAsync("x");
    }

    [Fact]
    public async Task Start_IllegalGrainKey_IsRefused()
    {
        var reply = await _silo.Grains.GetGrain<IWorkflowGrain>("a\u0001b").StartAsync(Request("sequence", "1"));
        Assert.Equal(FaultKind.InvalidRequest, reply.Fault!.Kind);
        Assert.Contains("control character", reply.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_InAnotherNamespace_IsAnotherInstance()
    {
        await _silo.Client.GetWorkflow<Blocker>("same").StartAsync("same");
        var other = _silo.Grains.GetGrain<IWorkflowGrain>(new WorkflowKey("other", new WorkflowId("same")).ToGrainKey());
        Assert.Null((await other.StartAsync(Request("sequence", "1"))).Fault);
        _world.Block("same").SetResult("done");
    }

    [Fact]
    public async Task Result_UnknownId_IsNotFound()
    {
        await Assert.ThrowsAsync<WorkflowNotFound>(() => _silo.Client.GetWorkflow<Sequence>("nobody").GetResultAsync());
        await Assert.ThrowsAsync<WorkflowNotFound>(() => _silo.Client.GetWorkflow<Sequence>("nobody").DescribeAsync());
        await Assert.ThrowsAsync<WorkflowNotFound>(() => _silo.Client.GetWorkflow<Sequence>("nobody").TerminateAsync("why"));
    }

    [Fact]
    public async Task Result_FailedRun_CarriesTheRecordedCause()
    {
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(() =>
            _silo.Client.GetWorkflow<Failing>("bad").ExecuteAsync("no good"));
        Assert.Equal(WorkflowStatus.Failed, failure.Status);
        Assert.Equal("Refused", Assert.IsType<ApplicationFailure>(failure.InnerException).Type);
    }

    private async Task NothingWrittenAsync(string id) => Assert.Null(await _store.FindAsync(new WorkflowKey(id)));

    private static StartRequest Request(string type, string json) => new()
    {
        Request = new ClientRequest(Guid.NewGuid(), 1),
        WorkflowType = type,
        Input = new Payload(System.Text.Encoding.UTF8.GetBytes(json)),
    };
}
