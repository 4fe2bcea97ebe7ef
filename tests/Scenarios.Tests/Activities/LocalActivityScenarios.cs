using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Activities;

public sealed class LocalActivityScenarios
{
    [Fact]
    public Task LocalActivities_Serial_ReturnTheirResults() => Run(static (s, world) => s.OnDisk().Script(async () =>
    {
        Assert.Equal(6, await s.Env.Client.GetWorkflow<Calls>("l").ExecuteAsync(new(Serial: 3)));
        if (s.Crashes) Assert.InRange(world.Calls, 3, 4);
        else Assert.Equal(3, world.Calls);
    }));

    [Fact]
    public Task LocalActivities_SerialCalls_CostOneAppendEach() => Run(static (s, world) => s.Script(async () =>
    {
        var calls = s.Env.Client.GetWorkflow<Calls>("l");
        await calls.ExecuteAsync(new(Serial: 3));
        if (!s.Crashes) Assert.Equal(5, (await calls.DescribeAsync()).HistoryLength); // start, three outcomes, end
        Assert.True(world.Calls >= 3);
    }));

    [Fact]
    public Task LocalActivities_Concurrent_AllEnd() => Run(static (s, _) => s.Script(async () =>
        Assert.Equal(20, await s.Env.Client.GetWorkflow<Calls>("l").ExecuteAsync(new(Concurrent: 20)))));

    [Fact]
    public Task LocalActivities_Retry_InMemoryWithoutARecord() => Run(static (s, _) => s.Script(async () =>
    {
        var calls = s.Env.Client.GetWorkflow<Calls>("l");
        Assert.Equal(1, await calls.ExecuteAsync(new(Failures: 2)));
        if (!s.Crashes) Assert.Equal(3, (await calls.DescribeAsync()).HistoryLength);
    }));

    [Fact]
    public Task LocalActivities_NonRetryable_FailAtTheFirst() => Run(static (s, world) => s.Script(async () =>
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() =>
            s.Env.Client.GetWorkflow<Calls>("l").ExecuteAsync(new(Failures: -1)));
        Assert.Equal("Fatal", Assert.IsType<ApplicationFailure>(failed.InnerException!.InnerException).Type);
        if (!s.Crashes) Assert.Equal(1, world.Calls);
    }));

    [Fact]
    public Task LocalActivities_BackoffLongerThanTheActivationsLife_IsADurableTimer() => Run(static (s, _) => s.Script(async () =>
    {
        var calls = s.Env.Client.GetWorkflow<Calls>("l");
        Assert.Equal(1, await calls.ExecuteAsync(new(Failures: 2, BackOff: TimeSpan.FromDays(2))));
        var retries = 0;
        await foreach (var e in calls.GetHistoryAsync()) if (e.Type == "activity-retry-scheduled") retries++;
        Assert.Equal(2, retries);
    }));

    [Fact]
    public Task LocalActivities_StartToClose_IsATimeout() => Run(static (s, _) => s.Script(async () =>
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() =>
            s.Env.Client.GetWorkflow<Calls>("l").ExecuteAsync(new(Hangs: true)));
        Assert.Equal(TimeoutKind.StartToClose, Assert.IsType<TimedOut>(failed.InnerException!.InnerException).Kind);
    }));

    [Fact]
    public Task LocalActivities_RunCanceled_EndAsCanceled() => Run(static (s, world) => s.Script(async () =>
    {
        var calls = s.Env.Client.GetWorkflow<Calls>("l");
        await calls.StartAsync(new(Hangs: true));
        await world.Hanging.Task;
        await calls.CancelAsync();

        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => calls.GetResultAsync());
        if (!s.Crashes) Assert.Equal(WorkflowStatus.Canceled, failed.Status);
    }));

    private static Task Run(Action<Scenario, World> define) => Scenario.RunAsync(s =>
    {
        var world = new World(s);
        s.Host(o => o.AddWorkflow<Calls>().AddActivities(world));
        define(s, world);
    });

    public interface ILocalWork
    {
        Task<int> AddAsync(int a, int b);

        Task<int> FlakyAsync(int failures);

        Task HangAsync(CancellationToken cancellationToken);
    }

    public sealed class World(Scenario scenario) : ILocalWork
    {
        private int _calls;

        public int Calls => _calls;

        public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<int> AddAsync(int a, int b)
        {
            Interlocked.Increment(ref _calls);
            return Task.FromResult(a + b);
        }

        public Task<int> FlakyAsync(int failures)
        {
            Interlocked.Increment(ref _calls);
            if (failures < 0) throw new ApplicationFailure("no use", "Fatal", nonRetryable: true);
            return ActivityContext.Current.Attempt > failures
                ? Task.FromResult(1) : throw new InvalidOperationException($"attempt {ActivityContext.Current.Attempt} fails");
        }

        public async Task HangAsync(CancellationToken cancellationToken)
        {
            Hanging.TrySetResult();
            await scenario.Env.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
        }
    }

    public sealed record CallsInput(
        int Serial = 0, int Concurrent = 0, int Failures = 0, TimeSpan? BackOff = null, bool Hangs = false);

    [Workflow("scenario-local")]
    public sealed class Calls : Workflow<CallsInput, int>
    {
        public override async Task<int> RunAsync(CallsInput input)
        {
            var work = Context.LocalActivities<ILocalWork>(new()
            {
                StartToCloseTimeout = TimeSpan.FromMinutes(1),
                Retry = new()
                {
                    InitialInterval = input.BackOff ?? TimeSpan.FromSeconds(1), MaximumAttempts = input.Hangs ? 1 : 0,
                },
            });
            if (input.Hangs) await work.HangAsync(default);
            if (input.Failures != 0) return await work.FlakyAsync(input.Failures);
            if (input.Concurrent > 0)
                return (await Task.WhenAll(Enumerable.Range(0, input.Concurrent).Select(_ => work.AddAsync(0, 1)))).Sum();
            var sum = 0;
            for (var i = 1; i <= input.Serial; i++) sum = await work.AddAsync(sum, i);
            return sum;
        }
    }
}
