namespace Orchestration.Silo.Api.Errors;

internal sealed partial class ProblemMiddleware
{
    [LoggerMessage(7001, LogLevel.Error, "{Method} {Path} failed (trace {Trace})")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string path, string trace);
}
