using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

internal sealed partial class FailureDetector
{
    [LoggerMessage(EventId = 150, Level = LogLevel.Warning,
        Message = "{Silo} misses its probes; {Through}, which was asked to look, says: {Found}.")]
    private static partial void Undecided(ILogger logger, SiloAddress silo, SiloAddress through, ProbeOutcome found);

    [LoggerMessage(EventId = 151, Level = LogLevel.Warning, Message = "{Silo} is suspected to be gone: {Has} of {Needed} votes.")]
    private static partial void Voted(ILogger logger, SiloAddress silo, int has, int needed);

    [LoggerMessage(EventId = 152, Level = LogLevel.Warning, Message = "{Silo} is declared dead.")]
    private static partial void Declared(ILogger logger, SiloAddress silo);

    [LoggerMessage(EventId = 153, Level = LogLevel.Warning,
        Message = "A vote on {Silo} could not be written; it is tried again at the next probe.")]
    private static partial void VoteFailed(ILogger logger, Exception exception, SiloAddress silo);
}
