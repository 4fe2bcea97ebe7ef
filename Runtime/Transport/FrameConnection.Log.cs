using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Transport;

internal sealed partial class FrameConnection
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "Connection with {Peer} ended: {Reason}")]
    private partial void LogLost(string peer, string reason);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "Connection with {Peer} is given up")]
    private partial void LogBroken(string peer, Exception error);
}
