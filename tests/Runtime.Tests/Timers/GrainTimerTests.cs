using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Timers;

public interface ITimedGrain : IGrainWithStringKey
{
    Task StartAsync(TimeSpan due, TimeSpan period, bool interleave);

    Task ChangeAsync(TimeSpan due, TimeSpan period);

    Task StopAsync();

    [AlwaysInterleave]
    Task<int> TicksAsync();

    Task BlockAsync();

    [AlwaysInterleave]
    Task UnblockAsync();

    Task LeaveAsync();

    /// <summary>Does nothing, after what is under way.</summary>
    Task SettleAsync();
}

public sealed class TimedGrain : Grain, ITimedGrain
{
    private readonly TaskCompletionSource _unblocked = new();
    private IGrainTimer? _timer;
    private int _ticks;

    public Task StartAsync(TimeSpan due, TimeSpan period, bool interleave)
    {
        var options = new GrainTimerCreationOptions(due, period) { Interleave = interleave };
        _timer = this.RegisterGrainTimer(static (self, _) => self.TickAsync(), this, options);
        return Task.CompletedTask;
    }

    public Task ChangeAsync(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task<int> TicksAsync() => Task.FromResult(_ticks);

    public Task BlockAsync() => _unblocked.Task;

    public Task UnblockAsync()
    {
        _unblocked.SetResult();
        return Task.CompletedTask;
    }

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task SettleAsync() => Task.CompletedTask;

    private async Task TickAsync()
    {
        _ticks++;
        await Task.Yield();
        if (_ticks == 2) throw new InvalidOperationException("a failing tick does not end the timer");
    }
}

public sealed class GrainTimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Timer_Periodic_TicksOnAndOnEvenWhenOneFails()
    {
        await using var silo = await TestSilo.StartAsync(time: _time);
        var grain = silo.Grain<ITimedGrain>("a");
        await grain.StartAsync(Second, 2 * Second, interleave: false);
        Assert.Equal(0, await grain.TicksAsync());
        await AdvanceAsync(grain, Second, 1);
        await AdvanceAsync(grain, 2 * Second, 2);
        await AdvanceAsync(grain, 2 * Second, 3);
        await AdvanceAsync(grain, 2 * Second, 4);
    }

    [Fact]
    public async Task Timer_ChangedAndDisposed_TicksAccordingly()
    {
        await using var silo = await TestSilo.StartAsync(time: _time);
        var grain = silo.Grain<ITimedGrain>("a");
        await grain.StartAsync(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, interleave: false);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, await grain.TicksAsync());
        await grain.ChangeAsync(Second, Timeout.InfiniteTimeSpan);
        await AdvanceAsync(grain, Second, 1);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await grain.TicksAsync());
        await grain.ChangeAsync(Second, Second);
        await grain.StopAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await grain.TicksAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => grain.ChangeAsync(Second, Second));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Timer_WhileACallAwaits_TicksOnlyIfItInterleaves(bool interleave, int expected)
    {
        await using var silo = await TestSilo.StartAsync(time: _time);
        var grain = silo.Grain<ITimedGrain>("a");
        await grain.StartAsync(Second, Timeout.InfiniteTimeSpan, interleave);
        var blocked = grain.BlockAsync();
        _time.Advance(Second);
        Assert.Equal(expected, await grain.TicksAsync());
        await grain.UnblockAsync();
        await blocked;
        await Eventually.EventuallyAsync(grain.TicksAsync, static ticks => ticks == 1, "the tick comes after the call");
    }

    [Fact]
    public async Task Timer_OfADeactivatedGrain_TicksNoMore()
    {
        await using var silo = await TestSilo.StartAsync(time: _time);
        var grain = silo.Grain<ITimedGrain>("a");
        await grain.StartAsync(Second, Second, interleave: false);
        var ended = silo.ActivationOf(grain)!.Deactivated;
        await grain.LeaveAsync();
        await ended;
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(silo.ActivationOf(grain));
    }

    // The next tick is armed when the callback has ended, so the clock waits for that.
    private async Task AdvanceAsync(ITimedGrain grain, TimeSpan by, int ticks)
    {
        _time.Advance(by);
        await Eventually.EventuallyAsync(grain.TicksAsync, seen => seen == ticks, $"tick {ticks}");
        await grain.SettleAsync();
    }
}
