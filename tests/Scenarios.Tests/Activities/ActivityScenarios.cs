using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Activities;

public sealed class ActivityScenarios
{
    [Fact]
    public Task Activity_Basic_ReturnsItsResult() => Scenario.RunAsync(static s =>
    {
        var world = new World(s);
        s.Host(o => o.AddWorkflow<Chain>().AddActivities(world));
        s.Script(async () =>
        {
            Assert.Equal(10, await s.Env.Client.GetWorkflow<Chain>("chain").ExecuteAsync(4));
            if (!s.Crashes) Assert.Equal(4, world.Added);
        });
    });

    [Fact]
    public Task Activity_RetryOnError_BacksOffAsItsPolicySays() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
        var world = new World(s);
        s.Host(o => o.AddWorkflow<Flaky>().AddActivities(world));
        s.Script(async () =>
        {
            // 1 s, 2 s and 4 s between four attempts.
            var took = await s.Env.Client.GetWorkflow<Flaky>("flaky").ExecuteAsync(3);
            if (s.Crashes) Assert.True(took <= TimeSpan.FromSeconds(7));
            else Assert.Equal(TimeSpan.FromSeconds(7), took);
        });
    });

    [Fact]
    public Task Activity_StartToCloseTimeout_IsRetriedThenFails() => Scenario.RunAsync(static s =>
    {
        var world = new World(s);
        s.Host(o => o.AddWorkflow<Hanging>().AddActivities(world));
        s.Script(async () =>
        {
            var failed = await Assert.ThrowsAsync<WorkflowFailed>(() =>
                s.Env.Client.GetWorkflow<Hanging>("hanging").ExecuteAsync("x"));
            var activity = Assert.IsType<ActivityFailed>(failed.InnerException);

            // Its last attempt may be the one that a crash took.
            if (s.Crashes && activity.InnerException is ActivityLost) return;
            Assert.Equal(TimeoutKind.StartToClose, Assert.IsType<TimedOut>(activity.InnerException).Kind);
        });
    });

    [Fact]
    public Task Activity_ManyConcurrently_AllEnd() => Scenario.RunAsync(static s =>
    {
        var world = new World(s);
        s.Host(o => o.AddWorkflow<Fan>().AddActivities(world));
        s.Script(async () => Assert.Equal(50, await s.Env.Client.GetWorkflow<Fan>("fan").ExecuteAsync(50)));
    });

    public interface IWork
    {
        Task<int> AddAsync(int a, int b);

        Task FailAsync(int failures);

        Task HangAsync(CancellationToken cancellationToken);
    }

    public sealed class World(Scenario scenario) : IWork
    {
        private int _added;

        public int Added => _added;

        public Task<int> AddAsync(int a, int b)
        {
            Interlocked.Increment(ref _added);
            return Task.FromResult(a + b);
        }

        public Task FailAsync(int failures) => ActivityContext.Current.Attempt <= failures
            ? throw new InvalidOperationException($"attempt {ActivityContext.Current.Attempt} fails") : Task.CompletedTask;

        public Task HangAsync(CancellationToken cancellationToken) =>
            scenario.Env.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
    }

    [Workflow("scenario-chain")]
    public sealed class Chain : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            var work = Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
            var sum = 0;
            for (var i = 1; i <= input; i++) sum = await work.AddAsync(sum, i);
            return sum;
        }
    }

    [Workflow("scenario-flaky")]
    public sealed class Flaky : Workflow<int, TimeSpan>
    {
        public override async Task<TimeSpan> RunAsync(int input)
        {
            var began = Context.UtcNow;
            await Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) }).FailAsync(input);
            return Context.UtcNow - began;
        }
    }

    [Workflow("scenario-hanging")]
    public sealed class Hanging : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            var options = new ActivityOptions
            {
                StartToCloseTimeout = TimeSpan.FromMinutes(10),
                Retry = new() { MaximumAttempts = 3 },
            };
            await Context.Activities<IWork>(options).HangAsync(default);
            return input;
        }
    }

    [Workflow("scenario-fan")]
    public sealed class Fan : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            var work = Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
            var all = await Task.WhenAll(Enumerable.Range(0, input).Select(_ => work.AddAsync(0, 1)));
            return all.Sum();
        }
    }
}
