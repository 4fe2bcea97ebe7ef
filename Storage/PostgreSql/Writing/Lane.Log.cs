using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.PostgreSql.Writing;

internal sealed partial class Lane
{
    [LoggerMessage(1, LogLevel.Error,
        "The database does not take writes ({Reason}); the outcome of {Writes} writes is unknown, and they are repeated.")]
    private partial void LogUnavailable(string reason, int writes);

    [LoggerMessage(2, LogLevel.Information, "The database takes writes again, after {Seconds:0.#} s.")]
    private partial void LogResumed(double seconds);

    [LoggerMessage(3, LogLevel.Error, "A write failed by itself; others went on.")]
    private partial void LogRequestFailed(Exception error);

    [LoggerMessage(4, LogLevel.Warning,
        "A group of {Writes} writes was set back for another's sake ({Reason}) and is done again.")]
    private partial void LogRolledBack(int writes, string reason);
}
