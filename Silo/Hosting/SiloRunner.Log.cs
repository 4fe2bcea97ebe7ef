namespace Orchestration.Silo.Hosting;

internal static partial class SiloRunner
{
    [LoggerMessage(7002, LogLevel.Information, "What had started could not be stopped in good order")]
    private static partial void LogNotStopped(ILogger logger, Exception exception);
}
