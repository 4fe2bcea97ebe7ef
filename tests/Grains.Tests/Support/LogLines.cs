using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Tests.Support;

/// <summary>Keeps what a silo logs.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    public bool Has(string text) => _lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public string Tail(int count) => string.Join('\n', _lines.TakeLast(count));

    public int CountOf(string text) => _lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
    }
}
