using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans;

namespace Orchestration.Runtime.Tests.Activations;

public interface IBlockingGrain : IGrainWithStringKey
{
    Task BlockAsync();
}

public sealed class BlockingGrain(BlockingGrain.Switch gate) : Grain, IBlockingGrain
{
    public Task BlockAsync()
    {
        gate.Entered.Set();
        gate.Released.Wait();
        return Task.CompletedTask;
    }

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
