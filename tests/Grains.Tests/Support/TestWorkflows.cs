using System.Collections.Concurrent;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Support;

public interface ITestActivities
{
    Task<int> AddAsync(int a, int b);

    Task<string> EchoAsync(string text);

    Task<int> FlakyAsync(string key, int failures);

    Task<string> BlockAsync(string key);

    Task<string> HeartbeatsAsync(string key);
}

/// <summary>What test activities did, by idempotency key; the outside world of a test.</summary>
public sealed class World
{
    public ConcurrentQueue<(string Key, string Activity, int Attempt)> Executions { get; } = new();

    public ConcurrentDictionary<string, TaskCompletionSource<string>> Blocks { get; } = new();

    public ConcurrentDictionary<string, TaskCompletionSource> Started { get; } = new();

    public ConcurrentDictionary<string, ActivityCancellationReason> Cancellations { get; } = new();

    public TaskCompletionSource<string> Block(string key) =>
        Blocks.GetOrAdd(key, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    public TaskCompletionSource StartOf(string key) =>
        Started.GetOrAdd(key, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    public int CountOf(string activity) => Executions.Count(e => e.Activity == activity);
}

public sealed class TestActivities(World world, ActivityContext context) : ITestActivities
{
    public Task<int> AddAsync(int a, int b)
    {
        Note("Add");
        return Task.FromResult(a + b);
    }

    public Task<string> EchoAsync(string text)
    {
        Note("Echo");
        return Task.FromResult(text);
    }

    public Task<int> FlakyAsync(string key, int failures)
    {
        Note("Flaky");
        return context.Attempt <= failures
            ? throw new InvalidOperationException($"attempt {context.Attempt} of {key} fails")
            : Task.FromResult(context.Attempt);
    }

    public async Task<string> BlockAsync(string key)
    {
        Note("Block");
        world.StartOf(key).TrySetResult();
        try
        {
            return await world.Block(key).Task.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            world.Cancellations[key] = context.CancellationReason;
            throw;
        }
    }

    public async Task<string> HeartbeatsAsync(string key)
    {
        Note("Heartbeats");
        if (context.TryGetHeartbeatDetails<int>(out var from)) return $"resumed at {from}";
        context.Heartbeat(41);
        context.Heartbeat(42);
        world.StartOf(key).TrySetResult();
        return await world.Block(key).Task.WaitAsync(context.CancellationToken);
    }

    private void Note(string activity) => world.Executions.Enqueue((context.IdempotencyKey, activity, context.Attempt));
}

[Workflow("sequence")]
public sealed class Sequence : Workflow<int, int>
{
    public override async Task<int> RunAsync(int input)
    {
        var activities = Context.Activities<ITestActivities>(TestOptions.Quick);
        var sum = 0;
        for (var i = 0; i < input; i++) sum = await activities.AddAsync(sum, i);
        return sum;
    }
}

[Workflow("fan-out")]
public sealed class FanOut : Workflow<int, int>
{
    public override async Task<int> RunAsync(int input)
    {
        var activities = Context.Activities<ITestActivities>(TestOptions.Quick);
        var all = await Task.WhenAll(Enumerable.Range(0, input).Select(i => activities.AddAsync(i, 1)));
        return all.Sum();
    }
}

[Workflow("sleeper")]
public sealed class Sleeper : Workflow<TimeSpan, DateTimeOffset>
{
    public override async Task<DateTimeOffset> RunAsync(TimeSpan input)
    {
        await Context.DelayAsync(input);
        return Context.UtcNow;
    }
}

[Workflow("blocker")]
public sealed class Blocker : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input) =>
        await Context.Activities<ITestActivities>(TestOptions.Quick).BlockAsync(input);
}

[Workflow("once-only")]
public sealed class OnceOnly : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input) =>
        await Context.Activities<ITestActivities>(TestOptions.Quick with { Retry = RetryPolicy.None }).BlockAsync(input);
}

[Workflow("flaky")]
public sealed class Flaky : Workflow<int, int>
{
    public override async Task<int> RunAsync(int input) =>
        await Context.Activities<ITestActivities>(TestOptions.Quick).FlakyAsync("k", input);
}

[Workflow("heartbeats")]
public sealed class Heartbeats : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input) =>
        await Context.Activities<ITestActivities>(TestOptions.Quick with
        {
            HeartbeatTimeout = TimeSpan.FromSeconds(
            5)
        }).HeartbeatsAsync(input);
}

[Workflow("failing")]
public sealed class Failing : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => throw new ApplicationFailure(input, type: "Refused");
}

[Workflow("mixed")]
public sealed class Mixed : Workflow<int, string>
{
    /// <summary>
    /// Activities in sequence and in parallel, a timer, random numbers and a retry: a bit of everything, for fault loops.
    /// </summary>
    public override async Task<string> RunAsync(int input)
    {
        var activities = Context.Activities<ITestActivities>(TestOptions.Quick);
        var first = await activities.AddAsync(input, 1);
        var timer = Context.DelayAsync(TimeSpan.FromMilliseconds(1));
        var parts = await Task.WhenAll(activities.AddAsync(first, 1), activities.AddAsync(first, 2), activities.FlakyAsync(
            "mixed", 1));
        await timer;
        var id = Context.NewGuid() == Guid.Empty ? "none" : "some";
        return await activities.EchoAsync($"{first}:{parts[0]}:{parts[1]}:{id}");
    }
}

public static class TestOptions
{
    public static ActivityOptions Quick { get; } = new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(10),
        Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(1), BackoffCoefficient = 1 },
    };
}
