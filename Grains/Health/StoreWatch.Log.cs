using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Health;

internal static partial class StoreWatchLog
{
    [LoggerMessage(EventId = 171, Level = LogLevel.Warning,
        Message = "The store has not answered {Silo} for {Silence}; other silos are asked whether they have it")]
    public static partial void StoreSilent(this ILogger log, string silo, TimeSpan silence);

    [LoggerMessage(EventId = 172, Level = LogLevel.Error, Message = "{Reason}. See docs/errors/ORCH0209.md")]
    public static partial void StoreLost(this ILogger log, string reason);

    [LoggerMessage(EventId = 173, Level = LogLevel.Information, Message = "{Silo} did not say whether it has the store")]
    public static partial void NotAnswered(this ILogger log, Exception exception, string silo);

    [LoggerMessage(EventId = 174, Level = LogLevel.Error, Message = "The watch over the store of {Silo} failed; it goes on")]
    public static partial void WatchFailed(this ILogger log, Exception exception, string silo);

    [LoggerMessage(EventId = 175, Level = LogLevel.Warning,
        Message = "{Silo} has lost the store, which this silo has: it is declared dead, as it asked, and its workflows move")]
    public static partial void TakenOver(this ILogger log, string silo);
}
