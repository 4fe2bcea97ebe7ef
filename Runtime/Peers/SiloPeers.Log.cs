using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

internal sealed partial class SiloPeers
{
    [LoggerMessage(EventId = 2031, Level = LogLevel.Information, Message = "Connected with {Silo}")]
    private partial void LogConnected(SiloAddress silo);

    [LoggerMessage(EventId = 2032, Level = LogLevel.Warning, Message = "{Reason}")]
    private partial void LogRefusing(string reason);

    [LoggerMessage(EventId = 2034, Level = LogLevel.Information, Message = "{Reason}")]
    private partial void LogLate(string reason);

    [LoggerMessage(EventId = 2033, Level = LogLevel.Warning,
        Message = "ORCH0208: the clock of {Silo} is {Seconds} s {Direction} this silo's; synchronise the machines' clocks. "
            + "Timers fire by the clock of the silo that they are on.")]
    private partial void LogClock(SiloAddress silo, double seconds, string direction);
}
