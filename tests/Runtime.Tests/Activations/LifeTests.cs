using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Runtime.Tests.Activations;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<int> CallAsync();

    Task LeaveAsync();

    Task DelayAsync(TimeSpan span);
}

public sealed class LifeLog
{
    public ConcurrentQueue<string> Entries { get; } = new();

    public Func<string, Task> OnActivate { get; set; } = static _ => Task.CompletedTask;

    public Func<string, CancellationToken, Task> OnDeactivate { get; set; } = static (_, _) => Task.CompletedTask;

    public void Add(string entry) => Entries.Enqueue(entry);
}

public sealed class LifeGrain(LifeLog log) : Grain, ILifeGrain, IDisposable
{
    private int _calls;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        log.Add("activate");
        await log.OnActivate(this.GetPrimaryKeyString());
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        log.Add($"deactivate {reason.ReasonCode}");
        await log.OnDeactivate(this.GetPrimaryKeyString(), cancellationToken);
    }

    public void Dispose() => log.Add("dispose");

    public Task<int> CallAsync() => Task.FromResult(++_calls);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task DelayAsync(TimeSpan span)
    {
        DelayDeactivation(span);
        return Task.CompletedTask;
    }
}

public sealed class LifeTests
{
    private readonly LifeLog _log = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task DeactivateOnIdle_NextCall_GetsANewActivation()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<ILifeGrain>("a");
        Assert.Equal(1, await grain.CallAsync());
        Assert.Equal(2, await grain.CallAsync());
        var ended = silo.ActivationOf(grain)!.Deactivated;
        await grain.LeaveAsync();
        Assert.Equal(1, await grain.CallAsync());
        await ended;
        Assert.Equal(["activate", "deactivate ApplicationRequested", "dispose", "activate"], _log.Entries);
    }

    [Fact]
    public async Task Calls_RacingWithDeactivation_AreNeverLost()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<ILifeGrain>("a");
        _log.OnDeactivate = static async (_, _) => await Task.Yield();
        var answers = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                if (caller == 0 && i % 5 == 0) await grain.LeaveAsync();
                await grain.CallAsync();
                Interlocked.Increment(ref answers);
            }
        })));
        Assert.Equal(4000, answers);
        Assert.Contains("dispose", _log.Entries);
    }

    [Fact]
    public async Task Calls_RacingWithCollection_AreNeverLost()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<ILifeGrain>("a");
        var collector = silo.Services.GetRequiredService<ActivationCollector>();
        using var done = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                // No faster than it is taken: on a busy machine, calls would meet a backlog of nothing but this.
                foreach (var activation in silo.Catalog.All.Where(static a => a.Backlog < 100))
                    activation.DeactivateIfIdle(0, new(DeactivationReasonCode.ActivationIdle, "test"));
                collector.CollectIdle();
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200 || (i < 100_000 && Collections() < 3); i++)
            {
                await grain.CallAsync();
                await Task.Yield();
            }
        })));
        await done.CancelAsync();
        await collecting;
        Assert.True(Collections() >= 3);

        int Collections() => _log.Entries.Count(static entry => entry == "deactivate ActivationIdle");
    }

    [Fact]
    public async Task OnActivateAsync_Fails_WaitingCallsGetTheErrorAndLaterOnesANewTry()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<ILifeGrain>("a");
        _log.OnActivate = static async _ =>
        {
            await Task.Yield();
            throw new InvalidDataException("no such record");
        };
        var calls = Enumerable.Range(0, 5).Select(_ => grain.CallAsync()).ToArray();
        foreach (var call in calls)
            Assert.Equal("no such record", (await Assert.ThrowsAsync<InvalidDataException>(() => call)).Message);
        _log.OnActivate = static _ => Task.CompletedTask;
        Assert.Equal(1, await grain.CallAsync());
    }

    [Fact]
    public async Task OnDeactivateAsync_TakesTooLong_IsAbandoned()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<ILifeGrain>("a");
        var token = default(CancellationToken);
        _log.OnDeactivate = (key, cancellation) =>
        {
            token = cancellation;
            return key == "a" ? new TaskCompletionSource().Task : Task.CompletedTask;
        };
        await grain.LeaveAsync();
        var ended = silo.ActivationOf(grain)!.Deactivated;
        await Eventually.EventuallyAsync(() => _log.Entries.Count == 2, "OnDeactivateAsync begun");
        var call = grain.CallAsync();
        await Eventually.EventuallyAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return ended.IsCompleted;
        }, "abandoned");
        Assert.True(token.IsCancellationRequested);
        Assert.Contains("dispose", _log.Entries);

        // The call that came during deactivation runs in a new activation, unless its caller gave up in the same moment.
        await call.ContinueWith(static _ => { }, TaskScheduler.Default);
        await grain.CallAsync();
        Assert.Equal(2, _log.Entries.Count(static entry => entry == "activate"));
    }

    [Fact]
    public async Task Collection_IdleForItsAge_EndsTheActivation()
    {
        await using var silo = await StartAsync();
        var (kept, idle, delayed) = (silo.Grain<ILifeGrain>("kept"), silo.Grain<ILifeGrain>("idle"), silo.Grain<ILifeGrain>(
            "delayed"));
        await idle.CallAsync();
        await delayed.DelayAsync(TimeSpan.FromHours(1));
        await Eventually.EventuallyAsync(() => silo.ActivationOf(idle)!.IsIdleFor(0), "idle after its call");
        for (var minute = 0; minute < 17; minute++)
        {
            await kept.CallAsync();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        await Eventually.EventuallyAsync(() => silo.ActivationOf(idle) is null, "the idle activation has ended");
        Assert.NotNull(silo.ActivationOf(kept));
        Assert.NotNull(silo.ActivationOf(delayed));
        Assert.Contains("deactivate ActivationIdle", _log.Entries);
    }

    [Fact]
    public async Task Shedding_MemoryRunsShort_EndsThoseIdleForLongest()
    {
        var gauge = new TestGauge();
        await using var silo = await StartAsync(builder =>
        {
            builder.Services.AddSingleton<IMemoryGauge>(gauge);
            builder.Configure<GrainCollectionOptions>(options => options.EnableActivationSheddingOnMemoryPressure = true);
        });
        for (var i = 0; i < 10; i++)
        {
            var grain = silo.Grain<ILifeGrain>($"{i}");
            await grain.CallAsync();
            await Eventually.EventuallyAsync(() => silo.ActivationOf(grain)!.IsIdleFor(0), "idle after its call");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(10, silo.Catalog.Count);
        gauge.UsedPercentage = 90;
        _time.Advance(TimeSpan.FromSeconds(5));
        gauge.UsedPercentage = 50;
        await Eventually.EventuallyAsync(() => silo.Catalog.Count <= 8, "some are shed");
        Assert.Null(silo.ActivationOf(silo.Grain<ILifeGrain>("0")));
        Assert.NotNull(silo.ActivationOf(silo.Grain<ILifeGrain>("9")));
        Assert.Contains("deactivate HighMemoryPressure", _log.Entries);
    }

    private Task<TestSilo> StartAsync(Action<ISiloBuilder>? configure = null) => TestSilo.StartAsync(
        builder =>
        {
            builder.Services.AddSingleton(_log);
            configure?.Invoke(builder);
        },
        _time);

    private sealed class TestGauge : IMemoryGauge
    {
        public double UsedPercentage { get; set; }
    }
}
