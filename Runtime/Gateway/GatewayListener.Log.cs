using System.Net;
using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Gateway;

internal sealed partial class GatewayListener
{
    [LoggerMessage(EventId = 2021, Level = LogLevel.Information, Message = "The gateway listens at {EndPoint}")]
    private partial void LogListening(EndPoint endPoint);

    [LoggerMessage(EventId = 2022, Level = LogLevel.Warning, Message = "{Peer} is refused: {Reason}")]
    private partial void LogRefused(string peer, string reason);

    [LoggerMessage(EventId = 2023, Level = LogLevel.Information, Message = "The client {Peer} has connected")]
    private partial void LogConnected(string peer);

    [LoggerMessage(EventId = 2024, Level = LogLevel.Information, Message = "The client {Peer} has disconnected")]
    private partial void LogDisconnected(string peer);

    [LoggerMessage(EventId = 2025, Level = LogLevel.Error, Message = "The connection of {Peer} failed")]
    private partial void LogHandlingFailed(string peer, Exception error);

    [LoggerMessage(EventId = 2026, Level = LogLevel.Warning, Message = "A connection could not be accepted")]
    private partial void LogAcceptFailed(Exception error);
}
