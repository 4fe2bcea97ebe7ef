using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Activities;

internal sealed partial class ActivityHost
{
    [LoggerMessage(3131, LogLevel.Error,
        "{Workflow} called the activity {ActivityType}, which this silo does not host; the attempt fails and is retried")]
    private static partial void LogUnknownActivity(ILogger logger, string activityType, string workflow);

    [LoggerMessage(3132, LogLevel.Information, "The activity host stops: {Running} attempts run and have {Grace} to end")]
    private static partial void LogStopping(ILogger logger, int running, TimeSpan grace);

    [LoggerMessage(3133, LogLevel.Warning,
        "The activity host stopped with {Open} attempts whose outcomes were not acknowledged; they count as lost")]
    private static partial void LogUnacknowledged(ILogger logger, int open);
}
