using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Gateway;

internal sealed partial class ClientConnector
{
    [LoggerMessage(EventId = 2014, Level = LogLevel.Warning,
        Message = "The list of gateways could not be read; it is tried again.")]
    private static partial void ListFailed(ILogger logger, Exception exception);
}
