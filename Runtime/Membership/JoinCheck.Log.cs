using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

internal sealed partial class JoinCheck
{
    [LoggerMessage(EventId = 160, Level = LogLevel.Warning, Message = "{Silo} waits to join: {Problem}.")]
    private static partial void Waiting(ILogger logger, SiloAddress silo, string problem);

    [LoggerMessage(EventId = 161, Level = LogLevel.Warning,
        Message = "{Silo} does not answer and has shown no sign of life for long: it is declared dead.")]
    private static partial void Stale(ILogger logger, SiloAddress silo);
}
