using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Activities;

internal sealed partial class HostedRun
{
    [LoggerMessage(3121, LogLevel.Warning,
        "{Count} activity outcomes could not be reported to {Workflow} (failure {Failures} in a row); they are reported again")]
    private static partial void LogReportFailed(ILogger logger, Exception exception, string workflow, int count, int failures);
}
