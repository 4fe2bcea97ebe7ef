using Microsoft.Extensions.Logging;
using Orleans;

namespace Orchestration.Grains.Recovery;

internal sealed partial class ShardGrain
{
    [LoggerMessage(3204, LogLevel.Warning,
        "The reminder of shard {Shard} could not be kept yet and is tried again; until then only silos bring the shard back")]
    private static partial void LogNoReminder(ILogger logger, Exception exception, string shard);

    [LoggerMessage(3205, LogLevel.Debug, "Shard {Shard} is here")]
    private static partial void LogHere(ILogger logger, int shard);

    [LoggerMessage(3206, LogLevel.Debug, "Shard {Shard} goes ({Code}): {Reason}")]
    private static partial void LogGoes(ILogger logger, int shard, DeactivationReasonCode code, string reason);
}
