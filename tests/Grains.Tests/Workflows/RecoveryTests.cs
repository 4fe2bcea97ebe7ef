using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>What becomes of runs whose silo died: they go on by themselves, with no client present.</summary>
public sealed class RecoveryTests
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();

    [Fact]
    public async Task Restart_RunWithLostAttempt_IsRetriedAtOnceAndCounted()
    {
        var silo = await StartAsync();
        await silo.Client.GetWorkflow<Blocker>("lost").StartAsync("lost");
        await _world.StartOf("lost").Task;
        await silo.CrashAsync();
        _world.Block("lost").SetResult("second attempt");

        await using var next = await StartAsync();
        await Eventually.EventuallyAsync(() => StatusOf("lost") == WorkflowStatus.Completed, "the run ends without a client");
        Assert.Equal([1, 2], _world.Executions.Select(e => e.Attempt));
        Assert.Single(_world.Executions.Select(e => e.Key).Distinct());
    }

    [Fact]
    public async Task Restart_OnceOnlyActivityLost_FailsWithActivityLostAndNeverRunsTwice()
    {
        var silo = await StartAsync();
        await silo.Client.GetWorkflow<OnceOnly>("once").StartAsync("once");
        await _world.StartOf("once").Task;
        await silo.CrashAsync();

        await using var next = await StartAsync();
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(() => next.Client.GetWorkflow<OnceOnly>("once").GetResultAsync());
        var activity = Assert.IsType<ActivityFailed>(failure.InnerException, exactMatch: false);
        Assert.IsType<ActivityLost>(activity.InnerException);
        Assert.Single(_world.Executions);
    }

    [Fact]
    public async Task Restart_DurableTimer_FiresWhenDue()
    {
        var clock = new ManualTimeProvider();
        var silo = await StartAsync(clock);
        await silo.Client.GetWorkflow<Sleeper>("sleep").StartAsync(TimeSpan.FromHours(3));
        var due = clock.GetUtcNow() + TimeSpan.FromHours(3);
        await silo.CrashAsync();
        clock.Advance(TimeSpan.FromHours(2));

        await using var next = await StartAsync(clock);
        await AdvanceUntilAsync(clock, "sleep", due + TimeSpan.FromMilliseconds(50)); // it goes no further, however slow we are
        var fired = await next.Client.GetWorkflow<Sleeper>("sleep").GetResultAsync();
        Assert.InRange(fired, due, due + TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Restart_CodeThatDoesNotFit_StallsAndGoesOnWithFittingCode()
    {
        var silo = await StartAsync();
        await silo.Client.GetWorkflow<Blocker>("changed").StartAsync("changed");
        await _world.StartOf("changed").Task;
        await silo.CrashAsync();

        await using (var other = await TestSilo.StartAsync(_store, o =>
            o.AddWorkflow<ChangedBlocker>().AddActivities<TestActivities>(), services: s => s.AddSingleton(_world)))
        {
            await Eventually.EventuallyAsync(() =>
                StatusOf("changed") == WorkflowStatus.Stalled, "the changed code does not fit");
            var stall = (await other.Client.GetWorkflow("changed").DescribeAsync()).Stall!;
            Assert.Equal(FaultCodes.Nondeterminism, stall.Code);
            Assert.NotNull(stall.Expected);
            Assert.NotNull(stall.Actual);
        }

        _world.Block("changed").SetResult("fits");
        await using var fitting = await StartAsync();
        Assert.Equal("fits", await fitting.Client.GetWorkflow<Blocker>("changed").GetResultAsync());
    }

    [Fact]
    public async Task GracefulRestart_RunningActivity_IsInterruptedAndRetried()
    {
        await using (var silo = await StartAsync())
        {
            await silo.Client.GetWorkflow<Blocker>("moved").StartAsync("moved");
            await _world.StartOf("moved").Task;
        }

        Assert.Equal(ActivityCancellationReason.WorkerShutdown, _world.Cancellations["moved"]);
        _world.Block("moved").SetResult("elsewhere");
        await using var next = await StartAsync();
        Assert.Equal("elsewhere", await next.Client.GetWorkflow<Blocker>("moved").GetResultAsync());
    }

    [Fact]
    public async Task Evicted_ParkedRuns_WakeWhenDue()
    {
        var clock = new ManualTimeProvider();
        await using var silo = await TestSilo.StartAsync(_store, o =>
        {
            TestHosting.All(o);
            o.MaximumIdleWorkflows = 1;
        }, clock, s => s.AddSingleton(_world));
        for (var i = 0; i < 20; i++) await silo.Client.GetWorkflow<Sleeper>($"s{i}").StartAsync(TimeSpan.FromSeconds(i < 10
            ? 20 : 200));
        var end = clock.GetUtcNow() + TimeSpan.FromSeconds(210);
        for (var i = 0; i < 20; i++) await AdvanceUntilAsync(clock, $"s{i}", end);
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(WorkflowStatus.Completed, StatusOf($"s{i}")));
    }

    private Task<TestSilo> StartAsync(TimeProvider? clock = null) =>
        TestSilo.StartAsync(_store, TestHosting.All, clock, s => s.AddSingleton(_world));

    private WorkflowStatus? StatusOf(string id) => _store.FindAsync(new WorkflowKey(id)).AsTask().Result?.Summary.Status;

    private async Task AdvanceUntilAsync(ManualTimeProvider clock, string id, DateTimeOffset end) =>
        await Eventually.EventuallyAsync(
            () =>
            {
                if (StatusOf(id) == WorkflowStatus.Completed) return true;
                var left = end - clock.GetUtcNow();
                var step = left > TimeSpan.FromMinutes(3) ? TimeSpan.FromSeconds(20) : TimeSpan.FromMilliseconds(500);
                if (left > TimeSpan.Zero) clock.Advance(left < step ? left : step);
                return false;
            },
            $"{id} ends");

    [Workflow("blocker")]
    public sealed class ChangedBlocker : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input) =>
            await Context.Activities<ITestActivities>(TestOptions.Quick).EchoAsync(input);
    }
}
