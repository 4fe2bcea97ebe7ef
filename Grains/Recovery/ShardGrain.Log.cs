using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Recovery;

internal sealed partial class ShardGrain
{
    [LoggerMessage(3204, LogLevel.Warning,
        "The reminder of shard {Shard} could not be kept yet and is tried again; until then only silos bring the shard back")]
    private static partial void LogNoReminder(ILogger logger, Exception exception, string shard);
}
