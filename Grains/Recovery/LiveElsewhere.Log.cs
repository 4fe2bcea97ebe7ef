using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Recovery;

internal sealed partial class LiveElsewhere
{
    [LoggerMessage(3211, LogLevel.Debug, "The silo {Silo} did not say which runs it has; those in question are woken")]
    private static partial void LogSilent(ILogger logger, Exception exception, string silo);
}
