using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.AzureStorage.Log;

internal sealed partial class SharedLog
{
    [LoggerMessage(1, LogLevel.Warning, "A block of a log failed ({Message}); {Count} writes are told so and come again.")]
    private partial void LogFailed(string message, int count);

    [LoggerMessage(2, LogLevel.Information, "A log goes on in segment {Segment}.")]
    private partial void LogRolled(long segment);

    [LoggerMessage(3, LogLevel.Debug, "{Message} The manifest is read anew.")]
    private partial void LogBlobGone(string message);

    [LoggerMessage(4, LogLevel.Warning, "What a log holds could not be moved to packs ({Message}); it is tried again.")]
    private partial void LogFlushFailed(string message);

    [LoggerMessage(5, LogLevel.Information,
        "Moved {Runs} runs from a log to packs: {Bytes} bytes, {Tables} tables, {Seconds:0.0} s.")]
    private partial void LogFlushed(int runs, long bytes, int tables, double seconds);

    [LoggerMessage(6, LogLevel.Information, "A log was read from its checkpoint: {Bytes} bytes in {Seconds:0.00} s.")]
    private partial void LogOpened(long bytes, double seconds);
}
