using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Activities;

public sealed class ActivityCancellationScenarios
{
    [Fact]
    public Task Activity_CancelTry_EndsTheCallAtOnceAndTellsTheAttempt() => Run(static (s, world) => s.Script(async () =>
    {
        Assert.Equal(new Seen("canceled", TimeSpan.Zero), await ExecuteAsync(s, ActivityCancellationType.TryCancel));
        await s.Env.AdvanceAsync(TimeSpan.FromDays(2));
        if (!s.Crashes) Assert.Equal(["told Requested", "cleaned"], world.Happened);
    }));

    [Fact]
    public Task Activity_CancelWait_EndsWithTheAttempt() => Run(static (s, world) => s.Script(async () =>
    {
        var seen = await ExecuteAsync(s, ActivityCancellationType.WaitCancellationCompleted);
        Assert.Equal("canceled", seen.Outcome);
        if (s.Crashes) return;
        Assert.Equal(TimeSpan.FromMinutes(5), seen.Waited);
        Assert.Equal(["told Requested", "cleaned"], world.Happened);
    }));

    [Fact]
    public Task Activity_CancelWaitOfOneThatGoesOnRegardless_EndsWithItsResult() => Run(static (s, _) => s.Script(async () =>
    {
        // One that a crash took is not tried again once its call is cancelled.
        var seen = await ExecuteAsync(s, ActivityCancellationType.WaitCancellationCompleted, isStubborn: true);
        if (!s.Crashes) Assert.Equal("done", seen.Outcome);
    }));

    [Fact]
    public Task Activity_CancelAbandon_EndsTheCallAtOnceAndTheAttemptGoesOn() => Run(static (s, world) => s.Script(async () =>
    {
        Assert.Equal(new Seen("canceled", TimeSpan.Zero), await ExecuteAsync(s, ActivityCancellationType.Abandon));
        await s.Env.AdvanceAsync(TimeSpan.FromDays(2));
        if (!s.Crashes) Assert.Equal(["done"], world.Happened);
    }));

    [Fact]
    public Task Activity_CancelInBackOff_EndsAtOnce() => Run(static (s, world) => s.Script(async () =>
    {
        Assert.Equal(
            new Seen("canceled", TimeSpan.Zero),
            await s.Env.Client.GetWorkflow<Canceller>("w").ExecuteAsync(new(
                ActivityCancellationType.WaitCancellationCompleted, IsStubborn: false, Fails: true)));
        await s.Env.AdvanceAsync(TimeSpan.FromDays(9));
        Assert.All(world.Happened, static h => Assert.Equal("failed", h));
        Assert.InRange(world.Happened.Count, 1, 2); // the back-off is a day
    }));

    [Fact]
    public Task Activity_HeartbeatDetails_AreResumedByTheNextAttempt() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        var world = new World(s);
        s.Host(o => o.AddWorkflow<Counting>().AddActivities(world));
        s.Script(async () =>
        {
            Assert.Equal(10, await s.Env.Client.GetWorkflow<Counting>("w").ExecuteAsync(10));
            if (!s.Crashes) Assert.Equal(["0 to 3", "3 to 6", "6 to 9", "9 to 10"], world.Happened);
        });
    });

    [Fact]
    public Task Activity_SiloShutdownWhileRunning_IsToldAndResumedByTheNextSilo() => Scenario.RunAsync(static s =>
    {
        var world = new World(s);
        s.Host(o => o.AddWorkflow<LongWork>().AddActivities(world));
        s.Script(async () =>
        {
            var work = s.Env.Client.GetWorkflow<LongWork>("w");
            await work.StartAsync("");
            await world.Gate.Reached;
            await s.Env.RestartAsync();
            Assert.Equal("resumed from half", await work.GetResultAsync());
            if (!s.Crashes) Assert.Equal(["told WorkerShutdown"], world.Happened);
        });
    });

    [Fact]
    public Task Activity_SiloShutdownWhereOneAttemptIsAllowed_FailsAsLost() => Scenario.RunAsync(static s =>
    {
        var world = new World(s);
        s.Host(o => o.AddWorkflow<LongWork>().AddActivities(world));
        s.Script(async () =>
        {
            var work = s.Env.Client.GetWorkflow<LongWork>("w");
            await work.StartAsync("once");
            await s.UntilAsync(
                async () => world.Begun > 0 || (await work.DescribeAsync()).Status == WorkflowStatus.Failed, "the attempt");
            await s.Env.RestartAsync();
            var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => work.GetResultAsync());
            Assert.IsAssignableFrom<ActivityFailed>(failed.InnerException);
            Assert.InRange(world.Begun, s.Crashes ? 0 : 1, 1); // never twice
        });
    });

    private static Task Run(Action<Scenario, World> define) => Scenario.RunAsync(s =>
    {
        var world = new World(s);
        s.Host(o => o.AddWorkflow<Canceller>().AddActivities(world));
        define(s, world);
    });

    private static Task<Seen> ExecuteAsync(Scenario s, ActivityCancellationType type, bool isStubborn = false) =>
        s.Env.Client.GetWorkflow<Canceller>("w").ExecuteAsync(new(type, isStubborn));

    public interface IWork
    {
        Task<string> WorkAsync(Cancelling how, CancellationToken cancellationToken);

        Task<int> CountAsync(int to);

        Task<string> HoldAsync(CancellationToken cancellationToken);
    }

    public sealed class World(Scenario scenario) : IWork
    {
        private readonly Lock _gate = new();
        private readonly List<string> _happened = [];
        private int _begun;

        public ActivityGate Gate { get; } = new();

        public int Begun => Volatile.Read(ref _begun);

        public IReadOnlyList<string> Happened
        {
            get { lock (_gate) return [.. _happened]; }
        }

        public async Task<string> WorkAsync(Cancelling how, CancellationToken cancellationToken)
        {
            var context = ActivityContext.Current;
            if (how.Fails)
            {
                Note("failed");
                throw new InvalidOperationException("not yet");
            }

            try
            {
                await scenario.Env.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
            }
            catch (OperationCanceledException) when (how.IsStubborn)
            {
            }
            catch (OperationCanceledException)
            {
                Note($"told {context.CancellationReason}");
                await scenario.Env.DelayAsync(TimeSpan.FromMinutes(5), CancellationToken.None);
                Note("cleaned");
                throw;
            }

            Note("done");
            return "done";
        }

        /// <summary>Counts three in each attempt, and then fails.</summary>
        public async Task<int> CountAsync(int to)
        {
            var from = ActivityContext.Current.TryGetHeartbeatDetails<int>(out var done) ? done : 0;
            var until = Math.Min(from + 3, to);
            ActivityContext.Current.Heartbeat(until);
            await scenario.Env.DelayAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
            Note($"{from} to {until}");
            return until == to ? to : throw new InvalidOperationException("tired");
        }

        public async Task<string> HoldAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _begun);
            var context = ActivityContext.Current;
            if (context.TryGetHeartbeatDetails<string>(out var details)) return $"resumed from {details}";
            context.Heartbeat("half");
            try
            {
                await Gate.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Note($"told {context.CancellationReason}");
                throw;
            }

            return "never";
        }

        private void Note(string what)
        {
            lock (_gate) _happened.Add(what);
        }
    }

    public sealed record Cancelling(ActivityCancellationType Type, bool IsStubborn, bool Fails = false);

    public sealed record Seen(string Outcome, TimeSpan Waited);

    [Workflow("scenario-cancels-activity")]
    public sealed class Canceller : Workflow<Cancelling, Seen>
    {
        public override async Task<Seen> RunAsync(Cancelling input)
        {
            using var scope = Context.CreateScope();
            var work = Context.Activities<IWork>(new()
            {
                StartToCloseTimeout = TimeSpan.FromDays(3), CancellationType = input.Type, CancellationToken = scope.Token,
                Retry = new() { InitialInterval = TimeSpan.FromDays(1) },
            }).WorkAsync(input, default);
            await Context.DelayAsync(TimeSpan.FromHours(1));
            scope.Cancel();
            var canceled = Context.UtcNow;
            try
            {
                return new Seen(await work, Context.UtcNow - canceled);
            }
            catch (Canceled)
            {
                return new Seen("canceled", Context.UtcNow - canceled);
            }
        }
    }

    [Workflow("scenario-counting")]
    public sealed class Counting : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => Context.Activities<IWork>(new()
        {
            StartToCloseTimeout = TimeSpan.FromHours(1), HeartbeatTimeout = TimeSpan.FromMinutes(5),
        }).CountAsync(input);
    }

    /// <summary>Its input says "once" where it may have one attempt.</summary>
    [Workflow("scenario-long-work")]
    public sealed class LongWork : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) => Context.Activities<IWork>(new()
        {
            StartToCloseTimeout = TimeSpan.FromDays(1), HeartbeatTimeout = TimeSpan.FromHours(1),
            Retry = input == "once" ? RetryPolicy.None : RetryPolicy.Default,
        }).HoldAsync(default);
    }
}
