using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Workflows;

internal static partial class TurnMonitorLog
{
    [LoggerMessage(161, LogLevel.Warning,
        "ORCH0008: code of workflow {Workflow} ({Type}) has held its thread since {Since}; its last command was {Command}.")]
    public static partial void TurnHoldsThread(this ILogger<TurnMonitor> log, string workflow, string type, DateTimeOffset since,
        string command);

    [LoggerMessage(162, LogLevel.Error,
        "ORCH0008: workflow {Workflow} ({Type}), run {Run}, is marked as stalled: its code has not come to rest for {Held}. "
        + "Restart the silo to get its thread back.")]
    public static partial void TurnMarked(this ILogger<TurnMonitor> log, string workflow, string type, string run, TimeSpan held);

    [LoggerMessage(163, LogLevel.Warning,
        "Workflow {Workflow}, whose code does not come to rest, could not be marked as stalled.")]
    public static partial void TurnNotMarked(this ILogger<TurnMonitor> log, Exception exception, string workflow);
}
