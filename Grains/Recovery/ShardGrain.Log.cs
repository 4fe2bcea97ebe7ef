using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Recovery;

internal sealed partial class ShardGrain
{
    [LoggerMessage(3204, LogLevel.Error,
        "The reminder of shard {Shard} could not be kept: should its silo die, only the start of a silo brings it back")]
    private static partial void LogNoReminder(ILogger logger, Exception exception, string shard);
}
