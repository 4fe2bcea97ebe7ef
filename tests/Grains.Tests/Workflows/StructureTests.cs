using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Children and continuing as new over a silo.</summary>
public sealed class StructureTests
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();

    [Fact]
    public async Task ContinueAsNew_SameType_ResultIsThatOfTheLastRun()
    {
        await using var silo = await StartAsync();
        var handle = silo.Client.GetWorkflow<Countdown>("c");
        var first = await handle.StartAsync(new CountdownInput(4, 0));
        Assert.Equal(10, await handle.GetResultAsync());
        Assert.Equal(10, await silo.Client.GetWorkflow<Countdown>("c", first).GetResultAsync());
        Assert.Equal(5, _world.CountOf("Add"));
        var last = await handle.DescribeAsync();
        Assert.Equal(WorkflowStatus.Completed, last.Status);
        Assert.NotNull(last.ContinuedFrom);
        var described = await silo.Client.GetWorkflow<Countdown>("c", first).DescribeAsync();
        Assert.Equal(WorkflowStatus.ContinuedAsNew, described.Status);
        Assert.NotNull(described.ContinuedTo);
        Assert.Equal(RunState.Closed, (await _store.FindAsync(new WorkflowKey("c"), first))!.Summary.State);
    }

    [Fact]
    public async Task ContinueAsNew_ManyIterations_CostsTwoWritesEach()
    {
        var store = new FaultyHistoryStore(new InMemoryHistoryStore());
        await using var silo = await TestSilo.StartAsync(store, FamilyHosting.All, services: s => s.AddSingleton(new World()));
        Assert.Equal(300 * 301 / 2, await silo.Client.GetWorkflow<Countdown>("many").ExecuteAsync(new CountdownInput(300, 0)));

        // The start with its activity, and the activity's outcome with the run's end: nothing for the continuation as such.
        Assert.InRange(store.Writes, 2 * 301, (2 * 301) + 10);
    }

    [Fact]
    public async Task Children_OfEachKind_EndAsTheirParentExpects()
    {
        await using var silo = await StartAsync();
        Assert.Equal("6", await silo.Client.GetWorkflow<Family>("f").ExecuteAsync(3));
        Assert.Equal(101, await silo.Client.GetWorkflow<Countdown>("f-left").GetResultAsync());
        Assert.Equal("f", (await silo.Client.GetWorkflow<Countdown>("f-left").DescribeAsync()).Parent?.WorkflowId);
        await ClosedAsync("f", "f-left", "f-count", "f-waits");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ParentClose_OnWhateverEnd_FollowsThePolicies(int how)
    {
        await using var silo = await StartAsync();
        var parent = silo.Client.GetWorkflow<LeavesChildren>("p");
        await parent.StartAsync(how);
        await Eventually.EventuallyAsync(
            async () => (await silo.Client.GetWorkflow("p-RequestCancel").DescribeAsyncOrNull())?.Status,
            s => s is not null, "the last child is there");
        if (how == 1) await parent.TerminateAsync("enough");
        await Eventually.EventuallyAsync(async () => (await silo.Client.GetWorkflow("p-Terminate").DescribeAsync()).Status,
            s => s == WorkflowStatus.Terminated, "terminate");
        await Eventually.EventuallyAsync(async () => (await silo.Client.GetWorkflow("p-RequestCancel").DescribeAsync()).Status,
            s => s == WorkflowStatus.Canceled, "request cancel");
        Assert.Equal(WorkflowStatus.Running, (await silo.Client.GetWorkflow("p-Abandon").DescribeAsync()).Status);
        if (how != 2) await ClosedAsync("p");
        Assert.Contains(_world.Executions, e => e.Activity == "Echo");
    }

    [Fact]
    public async Task SignalsOfARun_ThroughContinuationsAsNew_NoneIsLostDoubledOrReordered()
    {
        await using var silo = await StartAsync();
        await silo.Client.GetWorkflow<Collector>("collector").StartAsync(new CollectorInput(20, []));
        Assert.Equal(20, await silo.Client.GetWorkflow<Signaller>("signaller").ExecuteAsync(20));
        Assert.Equal(
            string.Join(",", Enumerable.Range(0, 20)), await silo.Client.GetWorkflow<Collector>("collector").GetResultAsync());
    }

    private Task<TestSilo> StartAsync() =>
        TestSilo.StartAsync(_store, FamilyHosting.All, services: s => s.AddSingleton(_world));

    private async Task ClosedAsync(params string[] ids)
    {
        foreach (var id in ids)
        {
            await Eventually.EventuallyAsync(async () => (await _store.FindAsync(new WorkflowKey(id)))?.Summary.State,
                s => s == RunState.Closed, $"{id} owes nothing");
        }
    }
}

internal static class Describing
{
    public static async Task<Orchestration.Grains.Interfaces.Workflows.WorkflowDescription?> DescribeAsyncOrNull(
        this IWorkflowHandle handle)
    {
        try
        {
            return await handle.DescribeAsync();
        }
        catch (WorkflowNotFound)
        {
            return null;
        }
    }
}
