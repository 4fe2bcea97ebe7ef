using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>What callers may ask of a run that is under way, and what they see of it.</summary>
public sealed class MessageTests
{
    private readonly World _world = new();

    [Fact]
    public async Task Cancel_RunningActivity_ReachesItAndTheRunEndsAsCanceled()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var workflow = silo.Client.GetWorkflow<Blocker>("c");
        await workflow.StartAsync("c");
        await _world.StartOf("c").Task;
        await workflow.CancelAsync("enough");
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(() => workflow.GetResultAsync());
        Assert.Equal(WorkflowStatus.Canceled, failure.Status);
        await Eventually.EventuallyAsync(
            () => _world.Cancellations.GetValueOrDefault("c") == ActivityCancellationReason.Requested, "the activity is told");
    }

    [Fact]
    public async Task Terminate_RunningActivity_EndsTheRunAtOnceAndTellsTheActivity()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var workflow = silo.Client.GetWorkflow<Blocker>("t");
        await workflow.StartAsync("t");
        await _world.StartOf("t").Task;
        await workflow.TerminateAsync("now");
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(() => workflow.GetResultAsync());
        Assert.Equal(WorkflowStatus.Terminated, failure.Status);
        Assert.Contains("now", failure.Message, StringComparison.Ordinal);
        await Eventually.EventuallyAsync(
            () => _world.Cancellations.GetValueOrDefault("t") == ActivityCancellationReason.NotWanted, "the activity is told");
        await workflow.TerminateAsync("again"); // harmless on a closed run
    }

    [Fact]
    public async Task Describe_WhileATurnIsCommitted_ShowsOnlyWhatIsDurable()
    {
        var store = new FaultyHistoryStore(new InMemoryHistoryStore());
        var hold = store.HoldBefore(2);
        await using var silo = await StartAsync(store);
        var workflow = silo.Client.GetWorkflow<Sequence>("d");
        var run = workflow.ExecuteAsync(1);
        await hold.Reached;

        // The kernel has ended the run already; the store has only its start.
        var description = await workflow.DescribeAsync();
        Assert.Equal(WorkflowStatus.Running, description.Status);
        Assert.Equal(2, description.HistoryLength);
        Assert.False(run.IsCompleted);
        hold.Release();
        Assert.Equal(0, await run);
        Assert.Equal(WorkflowStatus.Completed, (await workflow.DescribeAsync()).Status);
    }

    [Fact]
    public async Task Describe_PendingActivityAndTimer_NamesThem()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var blocked = silo.Client.GetWorkflow<Blocker>("p");
        await blocked.StartAsync("p");
        await _world.StartOf("p").Task;
        var pending = Assert.Single((await blocked.DescribeAsync()).Activities);
        Assert.Equal("TestActivities.Block", pending.ActivityType);
        Assert.Equal(1, pending.Attempt);

        var sleeper = silo.Client.GetWorkflow<Sleeper>("s");
        await sleeper.StartAsync(TimeSpan.FromDays(10_000));
        var description = await sleeper.DescribeAsync();
        Assert.Equal(Assert.Single(description.Timers).DueAt, description.NextWakeAt);
        _world.Block("p").SetResult("done");
    }

    [Fact]
    public async Task Shutdown_WhileATurnIsCommitted_AwaitsItAndHandsOn()
    {
        var inner = new InMemoryHistoryStore();
        var store = new FaultyHistoryStore(inner);
        var hold = store.HoldBefore(1);
        var silo = await StartAsync(store);
        var start = silo.Client.GetWorkflow<Sequence>("held").StartAsync(3);
        await hold.Reached;
        var stopping = silo.DisposeAsync().AsTask();
        Assert.False(stopping.IsCompleted);
        hold.Release();
        await start; // acknowledged, for it is durable
        await stopping;

        await using var next = await StartAsync(inner);
        Assert.Equal(3, await next.Client.GetWorkflow<Sequence>("held").GetResultAsync());
    }

    [Fact]
    public async Task Heartbeat_DetailsOfALostAttempt_AreReadByTheNextOne()
    {
        var store = new InMemoryHistoryStore();
        var clock = new ManualTimeProvider();
        var silo = await StartAsync(store, clock);
        await silo.Client.GetWorkflow<Heartbeats>("h").StartAsync("h");
        await _world.StartOf("h").Task;
        var record = await store.FindAsync(new WorkflowKey("h"));
        await Eventually.EventuallyAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                var kept = store.FindHeartbeatAsync(record!.Key, record.Handle, 1).AsTask().Result;
                return kept?.Details.ToString() == "42";
            },
            "the details are durable within 0.8 of the heartbeat timeout");
        await silo.CrashAsync();

        await using var next = await StartAsync(store, clock);
        var result = next.Client.GetWorkflow<Heartbeats>("h").GetResultAsync();
        await Eventually.EventuallyAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return result.IsCompleted;
            },
            "the next attempt ends");
        Assert.Equal("resumed at 42", await result);
    }

    [Fact]
    public async Task Retries_CountOfAttempts_IsInTheHistory()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var workflow = silo.Client.GetWorkflow<Flaky>("f");
        Assert.Equal(4, await workflow.ExecuteAsync(3));
        var events = new List<string>();
        await foreach (var entry in workflow.GetHistoryAsync()) events.Add(entry.Type);
        Assert.Equal(3, events.Count(type => type == "activity-retry-scheduled"));
        Assert.Equal("run-started", events[0]);
        Assert.Equal("run-completed", events[^1]);
    }

    [Fact]
    public async Task List_ByStatusAndPrefix_FindsThem()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        for (var i = 0; i < 5; i++) await silo.Client.GetWorkflow<Sequence>($"done-{i}").ExecuteAsync(1);
        await silo.Client.GetWorkflow<Blocker>("open").StartAsync("open");
        var found = new List<string>();
        await foreach (var run in silo.Client.ListAsync(new WorkflowFilter { Status = WorkflowStatus.Completed })) found.Add(
            run.WorkflowId);
        Assert.Equal(["done-4", "done-3", "done-2", "done-1", "done-0"], found);
        _world.Block("open").SetResult("done");
    }

    private Task<TestSilo> StartAsync(Storage.IHistoryStore store, TimeProvider? clock = null) =>
        TestSilo.StartAsync(store, TestHosting.All, clock, s => s.AddSingleton(_world));
}
