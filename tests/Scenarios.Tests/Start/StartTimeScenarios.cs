using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Start;

public sealed class StartTimeScenarios
{
    private static readonly StartOptions Tomorrow = new() { StartDelay = TimeSpan.FromDays(1) };
    private static readonly TimeSpan Little = TimeSpan.FromMinutes(1);

    [Fact]
    public Task Start_Delayed_BeginsWhenItIsTime() => Run(static (s, effects) => s.OnDisk().Script(async () =>
    {
        var began = s.Env.UtcNow;
        var clock = s.Env.Client.GetWorkflow<Clock>("w");
        await clock.StartAsync(0, Tomorrow);
        await s.Env.AdvanceAsync(TimeSpan.FromHours(23));
        Assert.Empty(effects.Done);
        await Assert.ThrowsAsync<WorkflowAlreadyStarted>(() => clock.StartAsync(0)); // it holds its id meanwhile
        Assert.NotNull((await clock.DescribeAsync()).DelayedUntil);
        Assert.InRange(await clock.GetResultAsync() - began, TimeSpan.FromDays(1), TimeSpan.FromDays(1) + Little);
        Assert.Equal(["began"], effects.Done);
    }));

    [Fact]
    public Task Start_DelayedAndSignalled_WaitsAndTakesTheSignalThen() => Run(static (s, _) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var clock = s.Env.Client.GetWorkflow<Clock>("w");
        await clock.StartAsync(2, Tomorrow);
        await clock.SignalAsync("Add", [1]);
        await clock.SignalAsync("Add", [1]);
        Assert.InRange(await clock.GetResultAsync() - began, TimeSpan.FromDays(1), TimeSpan.FromDays(1) + Little);
    }));

    [Fact]
    public Task SignalWithStart_OnADelayedRun_BeginsItAtOnce() => Run(static (s, _) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var clock = s.Env.Client.GetWorkflow<Clock>("w");
        var run = await clock.StartAsync(1, Tomorrow);
        Assert.Equal(run.RunId, await clock.SignalWithStartAsync(1, "Add", [1], Tomorrow));
        Assert.InRange(await clock.GetResultAsync() - began, TimeSpan.Zero, Little);
    }));

    [Fact]
    public Task SignalWithStart_ThatBeginsADelayedRun_WaitsWithIt() => Run(static (s, _) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var clock = s.Env.Client.GetWorkflow<Clock>("w");
        await clock.SignalWithStartAsync(1, "Add", [1], Tomorrow);
        Assert.InRange(await clock.GetResultAsync() - began, TimeSpan.FromDays(1), TimeSpan.FromDays(1) + Little);
    }));

    [Fact]
    public Task UpdateWithStart_OnADelayedRun_BeginsItAtOnce() => Run(static (s, _) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var clock = s.Env.Client.GetWorkflow<Clock>("w");
        await clock.StartAsync(5, Tomorrow);
        var use = new StartOptions { IdConflict = WorkflowIdConflictPolicy.UseExisting };
        Assert.Equal(5, await clock.UpdateWithStartAsync<int>(5, typeof(int), "AddAll", [5], options: use));
        Assert.InRange(await clock.GetResultAsync() - began, TimeSpan.Zero, Little);
        Assert.Equal(1, await s.Env.Client.ListAsync().CountAsync());
    }));

    [Fact]
    public Task Start_DelayedThenTerminated_NeverBegins() => Run(static (s, effects) => s.Script(async () =>
    {
        var clock = s.Env.Client.GetWorkflow<Clock>("w");
        await clock.StartAsync(0, Tomorrow);
        await clock.TerminateAsync("not wanted any more");
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() => clock.GetResultAsync());
        Assert.Equal(WorkflowStatus.Terminated, ended.Status);
        await s.Env.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Empty(effects.Done);
        Assert.True((await clock.StartAsync(0)).IsNew); // its id is free
    }));

    [Fact]
    public Task Start_DelayedThenCancelled_EndsAsCancelledAndHasNoEffect() => Run(static (s, effects) => s.Script(async () =>
    {
        var clock = s.Env.Client.GetWorkflow<Clock>("w");
        await clock.StartAsync(0, Tomorrow);
        await clock.CancelAsync("not wanted any more");
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() => clock.GetResultAsync());
        Assert.Equal(WorkflowStatus.Canceled, ended.Status);
        Assert.Empty(effects.Done);
    }));

    [Fact]
    public Task Start_RunTimeout_EndsTheRunWithoutItsCode() => Run(static (s, effects) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var slow = s.Env.Client.GetWorkflow<Slow>("w");
        await slow.StartAsync(0, new StartOptions { RunTimeout = TimeSpan.FromHours(2) });
        await TimedOutAsync(slow, TimeoutKind.Run);
        Assert.InRange(s.Env.UtcNow - began, TimeSpan.FromHours(2), TimeSpan.FromHours(2) + Little);
        Assert.Equal(["began"], effects.Done); // neither the end nor its clean-up
        Assert.NotNull((await slow.DescribeAsync()).ClosedAt);
    }));

    [Fact]
    public Task Start_RunTimeoutOfADelayedRun_CountsFromItsFirstTurn() => Run(static (s, _) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var slow = s.Env.Client.GetWorkflow<Slow>("w");
        await slow.StartAsync(0, Tomorrow with { RunTimeout = TimeSpan.FromHours(2) });
        await TimedOutAsync(slow, TimeoutKind.Run);
        Assert.InRange(s.Env.UtcNow - began, TimeSpan.FromHours(26), TimeSpan.FromHours(26) + Little);
    }));

    [Fact]
    public Task Start_RunTimeout_CountsAnewInEachRun() => Run(static (s, effects) => s.Script(async () =>
    {
        var slow = s.Env.Client.GetWorkflow<Slow>("w");
        await slow.StartAsync(3, new StartOptions { RunTimeout = TimeSpan.FromHours(2) });
        await TimedOutAsync(slow, TimeoutKind.Run); // three runs of an hour pass
        Assert.Equal(4, effects.Done.Count);
        Assert.Equal(4, await s.Env.Client.ListAsync().CountAsync());
    }));

    [Fact]
    public Task Start_ExecutionTimeout_EndsTheChainOfRuns() => Run(static (s, _) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var slow = s.Env.Client.GetWorkflow<Slow>("w");
        await slow.StartAsync(100, new StartOptions { ExecutionTimeout = TimeSpan.FromMinutes(270) });
        await TimedOutAsync(slow, TimeoutKind.Execution);
        Assert.InRange(s.Env.UtcNow - began, TimeSpan.FromMinutes(270), TimeSpan.FromMinutes(270) + Little);
        Assert.Equal(5, await s.Env.Client.ListAsync().CountAsync());
    }));

    [Fact]
    public Task Start_ReachedInTime_IsNotTimedOut() => Run(static (s, _) => s.Script(async () =>
    {
        var clock = s.Env.Client.GetWorkflow<Clock>("w");
        await clock.ExecuteAsync(0, new StartOptions { RunTimeout = TimeSpan.FromHours(1) });
        await s.Env.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Equal(WorkflowStatus.Completed, (await clock.DescribeAsync()).Status);
    }));

    private static Task Run(Action<Scenario, Effects> define) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Clock>().AddWorkflow<Slow>().AddActivities(effects));
        define(s, effects);
    });

    private static async Task TimedOutAsync(IWorkflowHandle<Slow> slow, TimeoutKind kind)
    {
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() => slow.GetResultAsync());
        Assert.Equal(WorkflowStatus.TimedOut, ended.Status);
        Assert.Equal(kind, Assert.IsType<TimedOut>(ended.InnerException).Kind);
    }

    /// <summary>Tells when it had as much as its input says.</summary>
    [Workflow("scenario-clock")]
    public sealed class Clock : Workflow<int, DateTimeOffset>
    {
        private int _sum;

        [Signal]
        public void Add(int number) => _sum += number;

        [Update]
        public int AddAll(int number) => _sum += number;

        public override async Task<DateTimeOffset> RunAsync(int input)
        {
            if (input == 0) await Context.Effects().DoAsync("began");
            await Context.WhenAsync(() => _sum >= input);
            return Context.UtcNow;
        }
    }

    /// <summary>Takes an hour in each of so many runs, and a year in the last.</summary>
    [Workflow("scenario-slow")]
    public sealed class Slow : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            await Context.Effects().DoAsync("began");
            try
            {
                await Context.DelayAsync(input == 0 ? TimeSpan.FromDays(365) : TimeSpan.FromHours(1));
            }
            finally
            {
                if (input == 0) await Context.Effects().DoAsync("cleaned");
            }

            return input == 0 ? "woke" : throw Context.ContinueAsNew(input - 1);
        }
    }
}
