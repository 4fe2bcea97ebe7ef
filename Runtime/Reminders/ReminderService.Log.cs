using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Reminders;

internal sealed partial class ReminderService
{
    [LoggerMessage(EventId = 140, Level = LogLevel.Warning, Message = "The reminder table could not be read; it is tried again.")]
    private static partial void LoadFailed(ILogger logger, Exception exception);
}
