using Orchestration.Client;
using Orchestration.Portable.Tests.Hosting;
using Orchestration.Portable.Tests.Workflows;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Portable.Tests;

/// <summary>One silo and a client in front of it, over a real store.</summary>
[Trait("Category", "Portable")]
public sealed class SiloTests : DirectoryTest
{
    private PortableSilo _silo = null!;
    private PortableClient _client = null!;

    private IWorkflowClient Client => _client.Workflows;

    public override async Task InitializeAsync()
    {
        _silo = await PortableSilo.StartAsync(Directory);
        _client = await PortableClient.ConnectAsync(_silo.Gateway);
    }

    public override async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task Order_SignalUpdateAndQuery_EndsWithAllOfThem()
    {
        var order = Client.GetWorkflow<Order>("order-1");
        await order.StartAsync(new OrderInput("tea"));
        Assert.Equal(3, await order.UpdateAsync(o => o.Change(3)));
        var rejected = await Assert.ThrowsAsync<UpdateRejected>(() => order.UpdateAsync(o => o.Change(0)));
        Assert.Contains("0 changes nothing", rejected.Message, StringComparison.Ordinal);
        Assert.Null(await order.QueryAsync(o => o.ApprovedBy()));
        await order.SignalAsync(o => o.Approve("Ada"));
        Assert.Equal("1 x tea, tea at attempt 3, approved by Ada, 3 changes", await order.GetResultAsync());
        Assert.Equal("Ada", await order.QueryAsync(o => o.ApprovedBy()));
        Assert.Equal(WorkflowStatus.Completed, (await order.DescribeAsync()).Status);
    }

    [Fact]
    public async Task Order_StepFailsForGood_FailureArrivesTypedAndIsCompensated()
    {
        var order = Client.GetWorkflow<Order>("order-2");
        await order.StartAsync(new OrderInput("rum", Fails: true));
        await order.SignalAsync(o => o.Approve("Grace"));
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => order.GetResultAsync());
        var activity = Assert.IsType<ActivityFailed>(failed.InnerException);
        Assert.Equal("negative", Assert.IsType<ApplicationFailure>(activity.InnerException).Type);
        Assert.Contains("release rum", Warehouse.Done);
    }

    [Fact]
    public async Task FanOut_Hundred_AllComeBack() =>
        Assert.Equal(100, (await Client.GetWorkflow<FanOut>("fan-out").ExecuteAsync(100)).Length);

    [Fact]
    public async Task Family_FourGenerations_EachIsACommittedRun()
    {
        Assert.Equal(5, await Client.GetWorkflow<Family>("family").ExecuteAsync(4));
        Assert.Equal(1, await Client.GetWorkflow<Family>("family-child-child-child-child").GetResultAsync());
    }

    [Fact]
    public async Task Counter_SignalsThroughContinuations_NoneLostOrDoubled()
    {
        var counter = Client.GetWorkflow<Counter>("counter");
        await counter.StartAsync(0);
        for (var i = 0; i < 23; i++) await counter.SignalAsync(c => c.Add());
        await counter.SignalAsync(c => c.End());
        Assert.Equal(23, await counter.GetResultAsync());
    }

    [Fact]
    public async Task Cancel_WhileAnActivityRuns_ReachesItAndTheCaller()
    {
        var hanging = Client.GetWorkflow<Hanging>("hanging-1");
        await hanging.StartAsync("cancelled");
        await Eventually.EventuallyAsync(() => Warehouse.Done.Contains("waiting cancelled"), "the activity to run");
        await hanging.CancelAsync("enough");
        var outcome = await Assert.ThrowsAnyAsync<OrchestrationException>(() => hanging.GetResultAsync());
        Assert.Equal(WorkflowStatus.Canceled, (await hanging.DescribeAsync()).Status);
        Assert.NotNull(outcome);
    }

    [Fact]
    public async Task Terminate_OfAWaitingRun_IsItsEnd()
    {
        var order = Client.GetWorkflow<Order>("order-3");
        await order.StartAsync(new OrderInput("gin"));
        await order.TerminateAsync("stuck");
        Assert.Equal(WorkflowStatus.Terminated, (await order.DescribeAsync()).Status);
        await Assert.ThrowsAsync<WorkflowClosed>(() => order.SignalAsync(o => o.Approve("late")));
    }

    [Fact]
    public async Task BadInput_IsATypedErrorAndWritesNothing()
    {
        await Assert.ThrowsAsync<UnknownWorkflowType>(() =>
            Client.GetWorkflow("nobody", "no-such-type").StartAsync(1, new StartOptions()));
        await Assert.ThrowsAsync<WorkflowNotFound>(() => Client.GetWorkflow<Order>("nobody").GetResultAsync());
        await Assert.ThrowsAsync<PayloadTooLarge>(() =>
            Client.GetWorkflow<Order>("fat").StartAsync(new OrderInput(new string('x', 3_000_000))));
        await Client.GetWorkflow<Sleeper>("taken").StartAsync(60_000);
        await Assert.ThrowsAsync<WorkflowAlreadyStarted>(() => Client.GetWorkflow<Sleeper>("taken").StartAsync(1));
        foreach (var id in (string[])["nobody", "fat"])
            await Assert.ThrowsAsync<WorkflowNotFound>(() => Client.GetWorkflow<Order>(id).DescribeAsync());
    }

    [Fact]
    public async Task HistoryAndList_OfWhatRan_AreTheSameForEachClient()
    {
        await Client.GetWorkflow<Sleeper>("listed").ExecuteAsync(1);
        var types = new List<string>();
        await foreach (var e in _silo.Client.GetWorkflow<Sleeper>("listed").GetHistoryAsync()) types.Add(e.Type);
        Assert.Equal(["run-started", "timer-started", "timer-fired", "run-completed"], types);
        var listed = new List<string>();
        await foreach (var run in Client.ListAsync(new WorkflowFilter { Status = WorkflowStatus.Completed }))
            listed.Add(run.WorkflowId);
        Assert.Contains("listed", listed);
    }

    [Fact]
    public async Task SiloStartedAnew_OpenRuns_GoOnByThemselves()
    {
        await Client.GetWorkflow<Sleeper>("sleeper").StartAsync(300);
        await Client.GetWorkflow<Order>("order-4").StartAsync(new OrderInput("ale"));
        await _client.DisposeAsync();
        await _silo.DisposeAsync();
        _silo = await PortableSilo.StartAsync(Directory);
        _client = await PortableClient.ConnectAsync(_silo.Gateway);
        Assert.Equal("slept 300", await Client.GetWorkflow<Sleeper>("sleeper").GetResultAsync());
        var order = Client.GetWorkflow<Order>("order-4");
        await order.SignalAsync(o => o.Approve("Edsger"));
        Assert.StartsWith("1 x ale", await order.GetResultAsync(), StringComparison.Ordinal);
    }
}
