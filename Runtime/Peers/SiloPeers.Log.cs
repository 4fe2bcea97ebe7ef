using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

internal sealed partial class SiloPeers
{
    [LoggerMessage(EventId = 2031, Level = LogLevel.Information, Message = "Connected with {Silo}")]
    private partial void LogConnected(SiloAddress silo);

    [LoggerMessage(EventId = 2032, Level = LogLevel.Warning, Message = "{Reason}")]
    private partial void LogRefusing(string reason);
}
