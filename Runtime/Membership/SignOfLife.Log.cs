using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Membership;

internal sealed partial class SignOfLife
{
    [LoggerMessage(EventId = 158, Level = LogLevel.Warning,
        Message = "The sign of life could not be written; it is tried again.")]
    private static partial void WriteFailed(ILogger logger, Exception exception);
}
