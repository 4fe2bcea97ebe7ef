using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Hosting;

internal sealed partial class SiloLifecycle
{
    [LoggerMessage(EventId = 120, Level = LogLevel.Error, Message = "The silo could not start; it failed at stage {Stage}.")]
    private static partial void StartFailed(ILogger logger, Exception exception, int stage);

    [LoggerMessage(EventId = 121, Level = LogLevel.Error,
        Message = "Stopping {Name} failed; the rest of the silo stops nevertheless.")]
    private static partial void StopFailed(ILogger logger, Exception exception, string name);
}
