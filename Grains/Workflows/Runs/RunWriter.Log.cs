using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Workflows.Runs;

internal static partial class RunWriterLog
{
    [LoggerMessage(101, LogLevel.Warning,
        "The store gave no answer to a write of workflow {Workflow}, run {Run}; it is repeated in {Delay}.")]
    public static partial void AppendUncertain(this ILogger<RunWriter> log, Exception exception, string workflow, string run,
        TimeSpan delay);
}
