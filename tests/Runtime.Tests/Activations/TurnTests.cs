using Orchestration.Runtime.Tests.Hosting;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Activations;

public interface IGateGrain : IGrainWithStringKey
{
    Task WaitAsync(string name);

    [AlwaysInterleave]
    Task OpenAsync(string name);

    [ReadOnly]
    Task ReadAsync(string name);

    [AlwaysInterleave]
    Task<string[]> LogAsync();

    Task<bool> OnOwnSchedulerAsync();

    Task<int> OverlapAsync();
}

/// <summary>Keeps calls waiting until they are let go, and notes in which order they begin.</summary>
public abstract class GateBase : Grain, IGateGrain
{
    private readonly Dictionary<string, TaskCompletionSource> _waiting = [];
    private readonly List<string> _log = [];
    private int _inside;

    public async Task WaitAsync(string name)
    {
        _log.Add(name);
        await Source(name).Task;
    }

    public Task ReadAsync(string name) => WaitAsync(name);

    public Task OpenAsync(string name)
    {
        Source(name).TrySetResult();
        return Task.CompletedTask;
    }

    public Task<string[]> LogAsync() => Task.FromResult(_log.ToArray());

    public async Task<bool> OnOwnSchedulerAsync()
    {
        var scheduler = TaskScheduler.Current;
        await Task.Yield();
        return scheduler != TaskScheduler.Default && scheduler == TaskScheduler.Current && SynchronizationContext.Current is null;
    }

    public async Task<int> OverlapAsync()
    {
        // Not atomic on purpose: two turns at once would show.
        var highest = 0;
        for (var i = 0; i < 20; i++)
        {
            var inside = ++_inside;
            Thread.SpinWait(50);
            highest = Math.Max(highest, inside == _inside ? inside : int.MaxValue);
            _inside--;
            await Task.Yield();
        }

        return highest;
    }

    private TaskCompletionSource Source(string name)
    {
        if (!_waiting.TryGetValue(name, out var source)) _waiting[name] = source = new TaskCompletionSource();
        return source;
    }
}

public interface IPlainGateGrain : IGateGrain;

public interface IReentrantGateGrain : IGateGrain;

public sealed class PlainGateGrain : GateBase, IPlainGateGrain;

[Reentrant]
public sealed class ReentrantGateGrain : GateBase, IReentrantGateGrain;

public sealed class TurnTests
{
    [Fact]
    public async Task Calls_PlainClass_RunOneAtATimeInOrder()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IPlainGateGrain>("a");
        var calls = new[] { "1", "2", "3" }.Select(grain.WaitAsync).ToArray();
        Assert.Equal(["1"], await grain.LogAsync());
        await grain.OpenAsync("1");
        await calls[0];
        Assert.Equal(["1", "2"], await grain.LogAsync());
        await grain.OpenAsync("3");
        await grain.OpenAsync("2");
        await Task.WhenAll(calls);
        Assert.Equal(["1", "2", "3"], await grain.LogAsync());
    }

    [Fact]
    public async Task Calls_ReentrantClass_OverlapInOrder()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IReentrantGateGrain>("a");
        var calls = new[] { "1", "2", "3" }.Select(grain.WaitAsync).ToArray();
        Assert.Equal(["1", "2", "3"], await grain.LogAsync());
        await grain.OpenAsync("3");
        await calls[2];
        await grain.OpenAsync("1");
        await grain.OpenAsync("2");
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task Calls_ReadOnly_OverlapAmongThemselvesOnly()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IPlainGateGrain>("a");
        var first = grain.ReadAsync("r1");
        var writer = grain.WaitAsync("w");
        var second = grain.ReadAsync("r2");
        Assert.Equal(["r1", "r2"], await grain.LogAsync());
        await grain.OpenAsync("r1");
        await first;
        Assert.Equal(["r1", "r2"], await grain.LogAsync());
        await grain.OpenAsync("r2");
        await second;
        await grain.OpenAsync("w");
        await writer;
        Assert.Equal(["r1", "r2", "w"], await grain.LogAsync());
    }

    [Fact]
    public async Task Turns_ManyCallersOfReentrantGrain_NeverRunAtOnce()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IReentrantGateGrain>("a");
        var highest = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(grain.OverlapAsync)));
        Assert.Equal(1, highest.Max());
    }

    [Fact]
    public async Task Turn_AfterAwait_IsOnTheActivationsScheduler()
    {
        await using var silo = await TestSilo.StartAsync();
        Assert.True(await silo.Grain<IPlainGateGrain>("a").OnOwnSchedulerAsync());
    }

    [Fact]
    public async Task Calls_BeyondTheLimit_AreRefusedAtOnce()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = 10));
        var grain = silo.Grain<IPlainGateGrain>("a");
        var first = grain.WaitAsync("x");
        Assert.Equal(["x"], await grain.LogAsync());
        var calls = Enumerable.Range(0, 30).Select(_ => grain.WaitAsync("x")).ToArray();
        await Assert.ThrowsAsync<LimitExceededException>(() => calls[^1]);
        Assert.False(calls[0].IsCompleted);
        Assert.False(first.IsCompleted);
    }
}
