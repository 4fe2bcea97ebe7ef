using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Messaging;

public interface IContextGrain : IGrainWithStringKey
{
    Task<string?> TellAsync();

    Task<string?> AskOtherAsync(string key);

    Task SetAsync(string value);

    Task WaitAsync(CancellationToken cancellation);

    [AlwaysInterleave]
    Task<string[]> SeenAsync();

    Task ThrowAsync(string message);

    Task NeverAsync();

    [OneWay]
    Task ForgetAsync(string what);
}

public sealed class ContextGrain : Grain, IContextGrain
{
    private readonly List<string> _seen = [];

    public Task<string?> TellAsync() => Task.FromResult(RequestContext.Get("trace") as string);

    public Task<string?> AskOtherAsync(string key) => GrainFactory.GetGrain<IContextGrain>(key).TellAsync();

    public Task SetAsync(string value)
    {
        RequestContext.Set("trace", value);
        return Task.CompletedTask;
    }

    public async Task WaitAsync(CancellationToken cancellation)
    {
        _seen.Add($"waiting {cancellation.CanBeCanceled}");
        var scheduler = TaskScheduler.Current;
        var cancelled = new TaskCompletionSource();
        await using (cancellation.Register(() =>
        {
            _seen.Add($"cancelled on own scheduler: {TaskScheduler.Current == scheduler}");
            cancelled.SetResult();
        }))
        {
            await cancelled.Task;
        }

        cancellation.ThrowIfCancellationRequested();
    }

    public Task<string[]> SeenAsync() => Task.FromResult(_seen.ToArray());

    public async Task ThrowAsync(string message)
    {
        await Task.Yield();
        throw new InvalidDataException(message);
    }

    public Task NeverAsync() => new TaskCompletionSource().Task;

    public Task ForgetAsync(string what)
    {
        _seen.Add(what);
        throw new InvalidOperationException("no one hears this");
    }
}

public sealed class CallContextTests
{
    [Fact]
    public async Task RequestContext_Entries_FlowDownTheChainAndNotBack()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IContextGrain>("a");
        Assert.Null(await grain.TellAsync());
        RequestContext.Set("trace", "t1");
        Assert.Equal("t1", await grain.TellAsync());
        Assert.Equal("t1", await grain.AskOtherAsync("b"));
        await grain.SetAsync("inner");
        Assert.Equal("t1", RequestContext.Get("trace"));
        RequestContext.Clear();
        Assert.Null(await grain.TellAsync());
    }

    [Fact]
    public async Task Exception_OfTheGrain_ReachesTheCallerAsItIs()
    {
        await using var silo = await TestSilo.StartAsync();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => silo.Grain<IContextGrain>("a").ThrowAsync("bad record"));
        Assert.Equal("bad record", error.Message);
        Assert.Contains(nameof(ContextGrain.ThrowAsync), error.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_ByTheCaller_ReleasesItAndCancelsTheGrainInItsTurn()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IContextGrain>("a");
        using var source = new CancellationTokenSource();
        var call = grain.WaitAsync(source.Token);
        Assert.Equal(["waiting True"], await grain.SeenAsync());
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var seen = await Eventually.EventuallyAsync(grain.SeenAsync, static seen => seen.Length == 2, "the grain is told");
        Assert.Equal("cancelled on own scheduler: True", seen[1]);
        Assert.Null(await grain.TellAsync());
    }

    [Fact]
    public async Task Cancellation_BeforeTheCall_SendsNothing()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IContextGrain>("a");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grain.WaitAsync(new CancellationToken(canceled: true)));
        Assert.Empty(await grain.SeenAsync());
    }

    [Fact]
    public async Task Cancellation_WhileTheCallWaits_KeepsItFromRunning()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IContextGrain>("a");
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var running = grain.WaitAsync(first.Token);
        Assert.Equal(["waiting True"], await grain.SeenAsync());
        var waiting = grain.WaitAsync(second.Token);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Null(await grain.TellAsync());
        Assert.Equal(2, (await grain.SeenAsync()).Length);
    }

    [Fact]
    public async Task Call_Unanswered_TimesOut()
    {
        var time = new ManualTimeProvider();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grain<IContextGrain>("a");
        var call = grain.NeverAsync();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(3));
        var error = await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.Contains(nameof(IContextGrain.NeverAsync), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneWay_GrainThrows_CallerNeitherWaitsNorHears()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IContextGrain>("a");
        await grain.ForgetAsync("one");
        Assert.Equal(["one"], await Eventually.EventuallyAsync(grain.SeenAsync, static seen => seen.Length == 1, "it arrives"));
    }
}
