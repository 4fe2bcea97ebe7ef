using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Membership;

internal sealed partial class MembershipJoin
{
    [LoggerMessage(EventId = 159, Level = LogLevel.Warning,
        Message = "The membership table cannot be written to; the start waits for it.")]
    private static partial void NotYet(ILogger logger, Exception exception);
}
