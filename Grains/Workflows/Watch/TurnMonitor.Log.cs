using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Workflows.Watch;

internal static partial class TurnMonitorLog
{
    [LoggerMessage(161, LogLevel.Warning,
        "ORCH0008: {What} of workflow {Workflow} ({Type}) has held its thread since {Since}; its code's last command was "
        + "{Command}.")]
    public static partial void TurnHoldsThread(this ILogger<TurnMonitor> log, string what, string workflow, string type,
        DateTimeOffset since, string command);

    [LoggerMessage(162, LogLevel.Error,
        "ORCH0008: workflow {Workflow} ({Type}), run {Run}, is marked as stalled: its code has not come to rest for {Held}. "
        + "Restart the silo to get its thread back.")]
    public static partial void TurnMarked(this ILogger<TurnMonitor> log, string workflow, string type, string run, TimeSpan held);

    [LoggerMessage(164, LogLevel.Warning,
        "ORCH0008: {What} of workflow {Workflow} ({Type}) held its thread for {Elapsed}. "
        + "Workflow code must not block or compute for long; move that to an activity.")]
    public static partial void TurnTooLong(this ILogger<TurnMonitor> log, string what, string workflow, string type,
        TimeSpan elapsed);

    [LoggerMessage(165, LogLevel.Error,
        "ORCH0008: {What} of workflow {Workflow} ({Type}), run {Run}, has not ended within {Patience}: it has failed, and "
        + "the run goes on without it. It holds a thread until it ends or the silo does, and is not run again meanwhile.")]
    public static partial void QueryGivenUp(this ILogger<TurnMonitor> log, string what, string workflow, string type, string run,
        TimeSpan patience);

    [LoggerMessage(163, LogLevel.Warning,
        "Workflow {Workflow}, whose code does not come to rest, could not be marked as stalled.")]
    public static partial void TurnNotMarked(this ILogger<TurnMonitor> log, Exception exception, string workflow);
}
