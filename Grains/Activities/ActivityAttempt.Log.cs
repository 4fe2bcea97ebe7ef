using Microsoft.Extensions.Logging;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

internal sealed partial class ActivityAttempt
{
    [LoggerMessage(3111, LogLevel.Warning,
        "Activity {ActivityType} of {Workflow}, attempt {Attempt}: {Kind} timeout after {Limit}")]
    private static partial void LogTimedOut(ILogger logger, string activityType, string workflow, int attempt, TimeoutKind kind,
        TimeSpan limit);

    [LoggerMessage(3112, LogLevel.Warning, "Activity {ActivityType} of {Workflow}, attempt {Attempt} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string activityType, string workflow, int attempt);

    [LoggerMessage(3113, LogLevel.Information,
        "Activity {ActivityType} of {Workflow}, attempt {Attempt} ended late as {Kind}; its outcome was decided before")]
    private static partial void LogLateEnd(ILogger logger, string activityType, string workflow, int attempt,
        ActivityReportKind kind);

    [LoggerMessage(3114, LogLevel.Error,
        "Activity {ActivityType} of {Workflow}, attempt {Attempt}: a cancellation callback failed")]
    private static partial void LogCancellationCallbackFailed(ILogger logger, Exception exception, string activityType,
        string workflow, int attempt);

    [LoggerMessage(3115, LogLevel.Error, "The host failed on activity {ActivityType} of {Workflow}, attempt {Attempt}")]
    private static partial void LogHostFailed(ILogger logger, Exception exception, string activityType, string workflow,
        int attempt);

    [LoggerMessage(3117, LogLevel.Warning,
        "The worker {Worker} has gone silent with activity {ActivityType} of {Workflow}, attempt {Attempt}; the policy decides")]
    private static partial void LogWorkerLost(ILogger logger, string worker, string activityType, string workflow, int attempt);

    [LoggerMessage(3116, LogLevel.Warning,
        "Heartbeat details for activity {ActivityType} of {Workflow}, attempt {Attempt} could not be read; it waits for them")]
    private static partial void LogDetailsUnread(ILogger logger, Exception exception, string activityType, string workflow,
        int attempt);
}
