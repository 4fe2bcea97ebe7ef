using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Activities;

internal sealed partial class HeartbeatKeeper
{
    [LoggerMessage(3101, LogLevel.Warning,
        "Heartbeat details of {Workflow}, activity {Command}, attempt {Attempt} could not be saved; they are saved again later")]
    private static partial void LogSaveFailed(ILogger logger, Exception exception, string workflow, long command, int attempt);

    [LoggerMessage(3102, LogLevel.Error,
        "The last heartbeat details of {Workflow}, activity {Command}, attempt {Attempt} are lost; the next reads older ones")]
    private static partial void LogDetailsLost(ILogger logger, string workflow, long command, int attempt);
}
