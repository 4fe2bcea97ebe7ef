namespace Orchestration.Silo.Telemetry.Export;

internal sealed partial class SpanExport
{
    [LoggerMessage(7003, LogLevel.Warning, "{Count} spans were lost: {Address} did not take them ({Reason}). See that a "
        + "collector is there, or start the silo without OTEL_EXPORTER_OTLP_ENDPOINT; this is told once a minute at most")]
    private static partial void LogLost(ILogger logger, long count, Uri address, string reason);

    [LoggerMessage(7004, LogLevel.Error, "Spans are not exported any more")]
    private static partial void LogEnded(ILogger logger, Exception exception);
}
