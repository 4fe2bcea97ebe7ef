using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.PostgreSql.Connections;

internal sealed partial class ClockWatch
{
    [LoggerMessage(EventId = 8, Level = LogLevel.Warning,
        Message = "ORCH0208: this machine's clock is {Seconds} s {Direction} that of {Where}; synchronise the machines' clocks. "
            + "Timers fire by the clock of the silo that they are on.")]
    private static partial void LogApart(ILogger logger, double seconds, string direction, string where);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "This machine's clock agrees with that of {Where} again.")]
    private static partial void LogAgree(ILogger logger, string where);
}
