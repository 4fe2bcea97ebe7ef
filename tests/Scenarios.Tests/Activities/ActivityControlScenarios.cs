using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Activities;

public sealed class ActivityControlScenarios
{
    [Fact]
    public Task PauseAndResume_OfAnActivityInBackOff_HoldsAttemptsAndTheClock() => Run(static (s, world) => s.Script(async () =>
    {
        var work = s.Env.Client.GetWorkflow<Stubborn>("w");
        await work.StartAsync(TimeSpan.FromHours(2));
        await BackedOffAsync(s, work);
        await work.PauseActivityAsync(1, "the bank is down");
        var paused = Assert.Single((await work.DescribeAsync()).Activities);
        Assert.Equal("the bank is down", paused.PauseReason);
        var made = world.Attempts;
        await s.Env.AdvanceAsync(TimeSpan.FromDays(1)); // far beyond its schedule-to-close timeout
        Assert.Equal(made, world.Attempts);
        Assert.NotNull(Assert.Single((await work.DescribeAsync()).Activities).PausedAt);
        world.Mended = true;
        await work.ResumeActivityAsync(1);

        Assert.Equal("done", await work.GetResultAsync());
        await Assert.ThrowsAsync<ActivityNotPending>(() => work.PauseActivityAsync(1));
        await Assert.ThrowsAsync<ActivityNotPending>(() => work.ResetActivityAsync(77));
    }));

    [Fact]
    public Task Reset_OfAnActivityInBackOff_HasItAtOnceAndCountsAnew() => Run(static (s, world) => s.Script(async () =>
    {
        var work = s.Env.Client.GetWorkflow<Stubborn>("w");
        var began = s.Env.UtcNow;
        await work.StartAsync(TimeSpan.FromDays(9));
        await BackedOffAsync(s, work);
        world.Mended = true;
        await work.ResetActivityAsync(1, clearHeartbeatDetails: true);
        Assert.Equal("done", await work.GetResultAsync());
        if (!s.Crashes) Assert.True(s.Env.UtcNow - began < TimeSpan.FromHours(1)); // its back-off was one hour
    }));

    [Fact]
    public Task ChangeOptions_OfAnActivity_HoldFromThenOn() => Run(static (s, _) => s.Script(async () =>
    {
        var work = s.Env.Client.GetWorkflow<Stubborn>("w");
        await work.StartAsync(TimeSpan.FromDays(9));
        await BackedOffAsync(s, work);
        await work.ChangeActivityAsync(1, new() { ScheduleToCloseTimeout = TimeSpan.FromHours(3) });
        Assert.Equal(TimeSpan.FromHours(3), Assert.Single((await work.DescribeAsync()).Activities).ScheduleToClose);
        await Assert.ThrowsAsync<InvalidRequest>(() =>
            work.ChangeActivityAsync(1, new() { HeartbeatTimeout = TimeSpan.Zero }));

        var began = s.Env.UtcNow;
        await Assert.ThrowsAsync<WorkflowFailed>(() => work.GetResultAsync());
        Assert.True(s.Env.UtcNow - began <= TimeSpan.FromHours(3));
    }));

    private static Task Run(Action<Scenario, World> define) => Scenario.RunAsync(s =>
    {
        var world = new World();
        s.Host(o => o.AddWorkflow<Stubborn>().AddActivities(world));
        define(s, world);
    });

    // A crash may cost an attempt; the next one then fails as the first was to.
    private static async Task BackedOffAsync(Scenario s, IWorkflowHandle work)
    {
        while (!(await work.DescribeAsync()).Activities.Any(static a => a.RetryAt is not null))
            await s.Env.IdleAsync();
    }

    public interface IStubborn
    {
        Task<string> TryAsync();
    }

    public sealed class World : IStubborn
    {
        private int _attempts;

        public int Attempts => _attempts;

        public bool Mended { get; set; }

        public Task<string> TryAsync()
        {
            Interlocked.Increment(ref _attempts);
            return Mended ? Task.FromResult("done") : throw new InvalidOperationException("the bank is down");
        }
    }

    /// <summary>Its input: how long the activity may take in all.</summary>
    [Workflow("scenario-stubborn")]
    public sealed class Stubborn : Workflow<TimeSpan, string>
    {
        public override Task<string> RunAsync(TimeSpan input) => Context.Activities<IStubborn>(new()
        {
            ScheduleToCloseTimeout = input, Retry = new() { InitialInterval = TimeSpan.FromHours(1), BackoffCoefficient = 1 },
        }).TryAsync();
    }
}
