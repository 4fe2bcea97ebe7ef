using System.Net;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

internal sealed partial class PeerListener
{
    [LoggerMessage(EventId = 2041, Level = LogLevel.Information, Message = "The silo listens for others at {EndPoint}")]
    private static partial void LogListening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(EventId = 2042, Level = LogLevel.Warning, Message = "{Peer} is refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string peer, string reason);

    [LoggerMessage(EventId = 2046, Level = LogLevel.Information, Message = "{Peer} is not taken in any more: {Reason}")]
    private static partial void LogLate(ILogger logger, string peer, string reason);

    [LoggerMessage(EventId = 2043, Level = LogLevel.Information, Message = "{Silo} has connected")]
    private static partial void LogConnected(ILogger logger, SiloAddress silo);

    [LoggerMessage(EventId = 2044, Level = LogLevel.Error, Message = "The connection of {Peer} failed")]
    private static partial void LogHandlingFailed(ILogger logger, string peer, Exception error);

    [LoggerMessage(EventId = 2045, Level = LogLevel.Warning, Message = "A connection could not be accepted")]
    private static partial void LogAcceptFailed(ILogger logger, Exception error);
}
