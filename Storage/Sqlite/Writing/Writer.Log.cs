using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.Sqlite.Writing;

internal sealed partial class Writer
{
    [LoggerMessage(1, LogLevel.Error,
        "The store cannot write ({Reason}); {Writes} writes wait, and go on when it can. Try {Attempt}.")]
    private partial void LogStalled(string reason, int writes, int attempt);

    [LoggerMessage(2, LogLevel.Information, "The store writes again, after {Seconds:0.#} s.")]
    private partial void LogResumed(double seconds);

    [LoggerMessage(3, LogLevel.Critical, "The store's file is damaged; {Writes} writes failed.")]
    private partial void LogCorrupt(int writes, Exception error);

    [LoggerMessage(4, LogLevel.Error, "A write failed by itself; others went on.")]
    private partial void LogRequestFailed(Exception error);

    [LoggerMessage(6, LogLevel.Error, "The store is locked by {Holder}; {Writes} writes were refused.")]
    private partial void LogLocked(string holder, int writes);

    [LoggerMessage(5, LogLevel.Warning, "The write-ahead log could not be copied now: {Reason}.")]
    private partial void LogCheckpointFailed(string reason);

    [LoggerMessage(7, LogLevel.Warning,
        "The marker that tells the store's file from a copy could not be renewed now: {Reason}.")]
    private partial void LogNoMarker(string reason);
}
