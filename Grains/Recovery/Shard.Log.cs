using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Recovery;

internal sealed partial class Shard
{
    [LoggerMessage(3202, LogLevel.Warning, "Shard {Shard} could not read what is to be woken; it tries again")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception, int shard);
}
