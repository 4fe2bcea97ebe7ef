using Microsoft.Extensions.Logging;

namespace Orchestration.Runtime.Activations;

internal sealed partial class ActivationCollector
{
    [LoggerMessage(EventId = 110, Level = LogLevel.Warning,
        Message = "Memory is {Used:0} % used: {Count} of {All} activations are ended, those idle for longest first.")]
    private static partial void Shedding(ILogger logger, double used, int count, int all);
}
