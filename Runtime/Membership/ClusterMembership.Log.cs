using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

internal sealed partial class ClusterMembership
{
    [LoggerMessage(EventId = 154, Level = LogLevel.Warning,
        Message = "The membership table could not be read; it is tried again.")]
    private static partial void ReadFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 155, Level = LogLevel.Critical, Message = "{Verdict}; this silo serves no more.")]
    private static partial void Fenced(ILogger logger, string verdict);

    [LoggerMessage(EventId = 156, Level = LogLevel.Error,
        Message = "{Silo} does not know whether it is still a member (table last read {Age} ago): it waits until it does.")]
    private static partial void Held(ILogger logger, SiloAddress silo, TimeSpan age);

    [LoggerMessage(EventId = 157, Level = LogLevel.Warning, Message = "{Silo} is still a member, and goes on.")]
    private static partial void Released(ILogger logger, SiloAddress silo);
}
