using System.Net;
using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Gateway;

internal sealed partial class ClientRouter
{
    [LoggerMessage(EventId = 2011, Level = LogLevel.Information, Message = "Connected with the gateway {Gateway}")]
    private partial void LogConnected(IPEndPoint gateway);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Information, Message = "The connection with the gateway {Gateway} has ended")]
    private partial void LogDisconnected(IPEndPoint gateway);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Debug, Message = "Cannot connect with the gateway {Gateway}: {Reason}")]
    private partial void LogFailed(IPEndPoint gateway, string reason);
}
