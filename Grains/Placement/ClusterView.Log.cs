using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Placement;

internal sealed partial class ClusterView
{
    [LoggerMessage(3001, LogLevel.Warning, "The silo {Silo} is gone")]
    private static partial void LogSiloLost(ILogger logger, string silo);

    [LoggerMessage(3003, LogLevel.Information, "The silo {Silo} has left")]
    private static partial void LogSiloLeft(ILogger logger, string silo);

    [LoggerMessage(3002, LogLevel.Error, "A listener failed on the news of the silo {Silo}")]
    private static partial void LogListenerFailed(ILogger logger, Exception exception, string silo);
}
