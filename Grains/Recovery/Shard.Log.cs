using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Recovery;

internal sealed partial class Shard
{
    [LoggerMessage(3202, LogLevel.Warning, "Shard {Shard} could not read what is to be woken; it tries again")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception, int shard);

    [LoggerMessage(3207, LogLevel.Debug, "Shard {Shard} wakes {Workflow} ({Reason}, for the code of {Silo})")]
    private static partial void LogWakes(ILogger logger, int shard, string workflow, WakeReason reason, string? silo);
}
