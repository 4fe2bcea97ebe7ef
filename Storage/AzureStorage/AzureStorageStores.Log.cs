using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.AzureStorage;

public sealed partial class AzureStorageStores
{
    [LoggerMessage(9, LogLevel.Warning,
        "{Where} has layout 1: a point-in-time restore of the account takes runs and state of it away, and nobody notices. Stop "
        + "all silos and move it to another container, which gets layout 2: "
        + "orchestration store move \"azure:...;Container={From}\" "
        + "\"azure:...;Container={To}\"; then start them on that one.")]
    private static partial void LogFirstLayout(ILogger logger, string where, string from, string to);
}
