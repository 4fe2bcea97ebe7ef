using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Recovery;

internal sealed partial class RecoveryStarter
{
    [LoggerMessage(3208, LogLevel.Debug, "Shard {Shard} could not be reached, being on its way perhaps; it is tried again")]
    private static partial void LogNotReached(ILogger logger, Exception exception, int shard);

    [LoggerMessage(3203, LogLevel.Warning, "Shard {Shard} could not be reached; it is tried again")]
    private static partial void LogEnsureFailed(ILogger logger, Exception exception, int shard);
}
