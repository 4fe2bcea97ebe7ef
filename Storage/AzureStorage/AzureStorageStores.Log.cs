using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.AzureStorage;

public sealed partial class AzureStorageStores
{
    [LoggerMessage(9, LogLevel.Warning, "{Advice}")]
    private static partial void LogOlderLayout(ILogger logger, string advice);
}
