using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Configuration;

namespace Orchestration.Runtime.Tests.Activations;

public interface IBlockingGrain : IGrainWithStringKey
{
    Task BlockAsync();

    Task<int> CountAsync();
}

public sealed class BlockingGrain(BlockingGrain.Switch gate) : Grain, IBlockingGrain
{
    private int _calls;

    public Task BlockAsync()
    {
        gate.Entered.Set();
        gate.Released.Wait();
        return Task.CompletedTask;
    }

    public Task<int> CountAsync() => Task.FromResult(++_calls);

    public sealed class Switch : IDisposable
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Released { get; } = new();

        public void Dispose()
        {
            Entered.Dispose();
            Released.Dispose();
        }
    }
}

public sealed class TurnWatchdogTests
{
    [Fact]
    public async Task Turn_HoldsItsThreadTooLong_IsReportedOnceWhileItDoes()
    {
        var time = new ManualTimeProvider();
        var logs = new Collected();
        using var gate = new BlockingGrain.Switch();
        await using var silo = await TestSilo.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(gate);
                builder.Services.AddLogging(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Warning));
            },
            time);
        var call = silo.Grain<IBlockingGrain>("a").BlockAsync();
        gate.Entered.Wait();
        time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Empty(logs.Lines);
        time.Advance(TimeSpan.FromSeconds(10));
        gate.Released.Set();
        await call;
        Assert.Contains("blocking/a", Assert.Single(logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_ThatDoesNotEnd_LeavesItsActivationBehindAndAnotherServes()
    {
        var time = new ManualTimeProvider();
        using var gate = new BlockingGrain.Switch();
        await using var silo = await TestSilo.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(gate);
                builder.Services.Configure<SiloMessagingOptions>(
                    static o => o.MaxRequestProcessingTime = TimeSpan.FromSeconds(20));
            },
            time);
        var grain = silo.Grain<IBlockingGrain>("a");
        Assert.Equal(1, await grain.CountAsync());
        var held = grain.BlockAsync();
        gate.Entered.Wait();
        time.Advance(TimeSpan.FromSeconds(19));
        var waits = grain.CountAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await grain.CountAsync()); // a new one, which knows of nothing
        Assert.False(waits.IsCompleted);
        gate.Released.Set();
        await held;
        Assert.Equal(2, await waits); // it had come to the old one
        Assert.Equal(2, await grain.CountAsync());
    }

    private sealed class Collected : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose() => Lines.Clear();
    }
}
