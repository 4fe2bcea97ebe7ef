using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Activities.Remote;

public sealed partial class RemoteWork
{
    [LoggerMessage(3601, LogLevel.Warning, "The silo {Silo} was asked for work for outside workers, and gave no answer")]
    private static partial void LogSiloSilent(ILogger logger, Exception exception, string silo);

    [LoggerMessage(3602, LogLevel.Warning, "Not all silos could be told that queue {Queue} has work")]
    private static partial void LogNotAnnounced(ILogger logger, Exception exception, string queue);
}
