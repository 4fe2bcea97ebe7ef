using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Placement;

internal sealed partial class RingHandover
{
    [LoggerMessage(EventId = 163, Level = LogLevel.Error, Message = "Handing over activations to other silos failed.")]
    private static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 162, Level = LogLevel.Information, Message = "{Count} activations were handed over to other silos.")]
    private static partial void HandedOver(ILogger logger, int count);
}
