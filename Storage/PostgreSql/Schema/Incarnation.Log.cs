using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.PostgreSql.Schema;

internal sealed partial class Incarnation
{
    [LoggerMessage(10, LogLevel.Warning,
        "{Where} does not tell where its log stands ({Reason}): a backup of its files that is put back will not be noticed.")]
    private static partial void LogHidden(ILogger logger, string where, string reason);

    [LoggerMessage(11, LogLevel.Warning,
        "The witness {File} was not renewed: a backup of the database's files that is put back may not be noticed.")]
    private static partial void LogNoWitness(ILogger logger, Exception exception, string file);
}
