using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Recovery;

internal sealed partial class WakePump
{
    [LoggerMessage(3201, LogLevel.Warning, "{Workflow} could not be woken ({Reason}, failure {Failures}); it is tried again")]
    private static partial void LogWakeFailed(ILogger logger, Exception exception, string workflow, WakeReason reason,
        int failures);
}
