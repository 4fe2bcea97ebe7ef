using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.WarmUp;

internal sealed partial class WarmUpLifecycle
{
    [LoggerMessage(3801, LogLevel.Information, "The engine is warm after {Milliseconds} ms: the silo joins the others")]
    private static partial void LogDone(ILogger logger, long milliseconds);

    [LoggerMessage(3802, LogLevel.Warning, "The engine could not be warmed up; the silo joins the others without it")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
