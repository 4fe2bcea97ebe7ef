using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Reminders;

internal sealed partial class ReminderSchedule
{
    [LoggerMessage(EventId = 141, Level = LogLevel.Error,
        Message = "A tick of reminder '{Name}' of {Grain} failed; the reminder goes on.")]
    private static partial void TickFailed(ILogger logger, Exception exception, string name, GrainId grain);
}
