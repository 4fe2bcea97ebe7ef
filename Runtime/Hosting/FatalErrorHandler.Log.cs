using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Hosting;

internal sealed partial class FatalErrorHandler
{
    [LoggerMessage(EventId = 125, Level = LogLevel.Critical, Message = "The silo ends, to be started anew: {Context}")]
    private static partial void Ending(ILogger logger, Exception? exception, string? context);
}
