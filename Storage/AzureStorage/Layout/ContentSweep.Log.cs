using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.AzureStorage.Layout;

internal sealed partial class ContentSweep
{
    [LoggerMessage(7, LogLevel.Information, "Removed {Count} contents that a silo had left without a name.")]
    private partial void LogSwept(int count);

    [LoggerMessage(8, LogLevel.Warning,
        "Contents without a name could not be looked for ({Message}); it is tried again in a day.")]
    private partial void LogFailed(string message);
}
