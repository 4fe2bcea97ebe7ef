using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Placement;

internal sealed partial class ClusterCode
{
    [LoggerMessage(3011, LogLevel.Warning, "The silo {Silo} has not said yet what it hosts; nothing is given to it meanwhile")]
    private static partial void LogSilent(ILogger logger, string silo);

    [LoggerMessage(3012, LogLevel.Debug, "The silo {Silo} could not be asked what it hosts")]
    private static partial void LogAskFailed(ILogger logger, Exception exception, string silo);
}
