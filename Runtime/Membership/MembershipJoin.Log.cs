using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Membership;

internal sealed partial class MembershipJoin
{
    [LoggerMessage(EventId = 159, Level = LogLevel.Warning,
        Message = "The silo cannot enter the membership table yet; the start waits for it.")]
    private static partial void NotYet(ILogger logger, Exception exception);
}
