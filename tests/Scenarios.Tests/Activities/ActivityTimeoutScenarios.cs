using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Activities;

public sealed class ActivityTimeoutScenarios
{
    private static readonly TimeSpan Little = TimeSpan.FromMinutes(1);

    [Fact]
    public Task Activity_ScheduleToStartTimeout_FailsWithoutARetry() => Run(
        static (s, _) => s.Script(async () =>
        {
            // There is one place, and it is taken for an hour; a crash may give it to the other one.
            var began = s.Env.UtcNow;
            var waits = await s.Env.Client.GetWorkflow<Queues>("w").ExecuteAsync(TimeSpan.FromMinutes(10));
            if (s.Crashes && waits == "started") return;
            Assert.Equal("ScheduleToStart after 10 min", waits);
            Assert.InRange(s.Env.UtcNow - began, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(80) + Little);
        }),
        places: 1);

    [Fact]
    public Task Activity_ScheduleToStartTimeout_EndsWithItsStart() => Run(static (s, _) => s.Script(async () =>
        Assert.Equal("started", await s.Env.Client.GetWorkflow<Queues>("w").ExecuteAsync(TimeSpan.FromMinutes(10)))));

    [Fact]
    public Task Activity_ScheduleToCloseTimeout_EndsRetries() => Run(static (s, world) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var activity = await FailureAsync(s, new(null, TimeSpan.FromMinutes(2), Fails: true));

        // 1 s, 2 s and so on up to 32 s: the next attempt would come too late, so it ends at once, with what it failed of.
        Assert.InRange(s.Env.UtcNow - began, TimeSpan.FromSeconds(s.Crashes ? 31 : 63), TimeSpan.FromMinutes(2));
        Assert.Equal("not yet", Assert.IsType<ApplicationFailure>(activity.InnerException).Message);
        Assert.InRange(activity.Attempts, 7, s.Crashes ? 8 : 7);
        Assert.InRange(world.Attempts, 6, activity.Attempts);
    }));

    [Fact]
    public Task Activity_ScheduleToCloseTimeout_EndsARunningAttempt() => Run(static (s, world) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var activity = await FailureAsync(s, new(null, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromHours(1), s.Env.UtcNow - began);
        Assert.Equal(TimeoutKind.ScheduleToClose, Assert.IsType<TimedOut>(activity.InnerException).Kind);
        if (!s.Crashes) Assert.Equal(ActivityCancellationReason.NotWanted, await world.FirstTold);
    }));

    [Fact]
    public Task Activity_StartToCloseTimeout_OfEachAttemptThenOfAll() => Run(static (s, world) => s.Script(async () =>
    {
        var activity = await FailureAsync(s, new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(35)));
        Assert.Equal(TimeoutKind.ScheduleToClose, Assert.IsType<TimedOut>(activity.InnerException).Kind);
        if (!s.Crashes) Assert.Equal(4, world.Attempts); // three whole ones, and what was left
    }));

    [Fact]
    public Task Activity_HeartbeatTimeout_NoticesSoonerThanStartToClose() => Run(static (s, world) => s.Script(async () =>
    {
        var began = s.Env.UtcNow;
        var options = new Taking(TimeSpan.FromDays(1), Heartbeat: TimeSpan.FromMinutes(1), Attempts: 2);
        var activity = await FailureAsync(s, options);
        if (s.Crashes && activity.InnerException is ActivityLost) return;
        Assert.Equal(TimeoutKind.Heartbeat, Assert.IsType<TimedOut>(activity.InnerException).Kind);
        if (!s.Crashes)
        {
            Assert.InRange(s.Env.UtcNow - began, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
            Assert.Equal(ActivityCancellationReason.HeartbeatTimedOut, await world.FirstTold);
        }
    }));

    private static Task Run(Action<Scenario, World> define, int places = 100) => Scenario.RunAsync(s =>
    {
        var world = new World(s);
        s.Host(o => o.AddWorkflow<Queues>().AddWorkflow<Takes>().AddActivities(world)
            .Engine(e => e.MaximumConcurrentActivities = places));
        define(s, world);
    });

    private static async Task<ActivityFailed> FailureAsync(Scenario s, Taking input)
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => s.Env.Client.GetWorkflow<Takes>("w").ExecuteAsync(input));
        return Assert.IsAssignableFrom<ActivityFailed>(failed.InnerException);
    }

    public interface ISlow
    {
        Task HangAsync(bool fails, CancellationToken cancellationToken);
    }

    public sealed class World(Scenario scenario) : ISlow
    {
        private readonly TaskCompletionSource<ActivityCancellationReason> _told =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _attempts;

        public int Attempts => Volatile.Read(ref _attempts);

        /// <summary>Why the first attempt was told to end, once it has heard of it; the clock does not wait for that.</summary>
        public Task<ActivityCancellationReason> FirstTold => _told.Task;

        public async Task HangAsync(bool fails, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _attempts);
            if (fails) throw new InvalidOperationException("not yet");
            var context = ActivityContext.Current;
            try
            {
                await scenario.Env.DelayAsync(TimeSpan.FromHours(2), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _told.TrySetResult(context.CancellationReason);
                throw;
            }
        }
    }

    public sealed record Taking(
        TimeSpan? StartToClose, TimeSpan? ScheduleToClose = null, TimeSpan? Heartbeat = null, int Attempts = 0,
        bool Fails = false);

    [Workflow("scenario-takes")]
    public sealed class Takes : Workflow<Taking, string>
    {
        public override async Task<string> RunAsync(Taking input)
        {
            await Context.Activities<ISlow>(new()
            {
                StartToCloseTimeout = input.StartToClose, ScheduleToCloseTimeout = input.ScheduleToClose,
                HeartbeatTimeout = input.Heartbeat, Retry = new() { MaximumAttempts = input.Attempts },
            }).HangAsync(input.Fails, default);
            return "done";
        }
    }

    /// <summary>Has two activities at once, the second of which must be started in time.</summary>
    [Workflow("scenario-queues")]
    public sealed class Queues : Workflow<TimeSpan, string>
    {
        public override async Task<string> RunAsync(TimeSpan input)
        {
            using var scope = Context.CreateScope();
            var began = Context.UtcNow;
            var first = Context.Activities<ISlow>(new()
            {
                StartToCloseTimeout = TimeSpan.FromDays(1), CancellationToken = scope.Token,
            }).HangAsync(false, default);
            var second = Context.Activities<ISlow>(new()
            {
                StartToCloseTimeout = TimeSpan.FromDays(1), ScheduleToStartTimeout = input, CancellationToken = scope.Token,
            }).HangAsync(false, default);
            await WorkflowTasks.WhenAny(second, Context.DelayAsync(TimeSpan.FromMinutes(30)));
            scope.Cancel();
            try
            {
                await second;
                return "ended";
            }
            catch (Canceled)
            {
                return "started";
            }
            catch (ActivityFailed e) when (e.InnerException is TimedOut timeout)
            {
                return $"{timeout.Kind} after {(Context.UtcNow - began).TotalMinutes:0} min";
            }
            finally
            {
                await WorkflowTasks.WhenAny(first);
            }
        }
    }
}
