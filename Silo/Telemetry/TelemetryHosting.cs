using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orchestration.Silo.Api;
using Orchestration.Silo.Api.Endpoints;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Api.Values;
using Orchestration.Silo.Telemetry.Export;

namespace Orchestration.Silo.Telemetry;

/// <summary>Makes the silo tell of itself: figures of its own for whoever asks, and OpenTelemetry where it is told to
/// send.</summary>
internal static class TelemetryHosting
{
    private const string ServiceName = "orchestration-silo";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Adds what counts, and the export that the environment's <c>OTEL_*</c> variables ask for.</summary>
    public static void Add(IServiceCollection services, IConfiguration environment)
    {
        services.AddMetrics();
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<FigureHistory>();
        services.AddHostedService(static s => s.GetRequiredService<FigureHistory>());
        services.AddSingleton<FigureReader>();
        services.AddSingleton<ClusterFigures>();
        services.AddSingleton<LiveFigures>();
        if (string.Equals(environment["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)) return;
        var traces = IsSent(environment, "TRACES");
        var metrics = IsSent(environment, "METRICS");
        if (!traces && !metrics) return;
        var telemetry = services.AddOpenTelemetry();
        if (string.IsNullOrEmpty(environment["OTEL_SERVICE_NAME"]))
            telemetry.ConfigureResource(static r => r.AddService(ServiceName));
        if (traces)
        {
            var settings = SpanExportSettings.Read(environment);
            telemetry.WithTracing(t => AddExport(AddSources(t), settings, environment));
        }

        if (metrics)
        {
            var settings = SignalSettings.Read(environment, "METRICS");
            telemetry.WithMetrics(m => m.AddMeter("Orchestration.*").AddOtlpExporter(settings.Apply));
        }
    }

    /// <summary>The sources of spans: clients, workflows and activities, and the requests of the HTTP API.</summary>
    public static TracerProviderBuilder AddSources(TracerProviderBuilder builder) =>
        builder.AddSource("Orchestration.*").AddSource("Microsoft.AspNetCore");

    /// <summary>Adds the endpoints: figures of the cluster, and Prometheus' text of this silo.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/cluster/metrics", ReadAsync)
            .Named("getMetrics", "Rates, durations and failures by type, the load of the silos, and the last ten minutes.")
            .Answers<ClusterMetricsModel>();
        routes.MapGet("/api/v1/cluster/metrics/stream", LiveFigures.StreamAsync)
            .Named("streamMetrics", "The same as server-sent events, one a period; after the first with the last periods alone.")
            .Answers<ClusterMetricsModel>(mediaType: "text/event-stream");
        routes.MapGet("/metrics", WriteAsync).ExcludeFromDescription();
    }

    private static async Task ReadAsync(HttpContext http, ClusterFigures figures)
    {
        ApiArguments.Only(http);
        await ApiAnswers.SendAsync(http, await figures.ReadAsync(http.RequestAborted), ApiJson.Default.ClusterMetricsModel);
    }

    private static Task WriteAsync(HttpContext http, MetricsCollector metrics)
    {
        http.Response.ContentType = PrometheusText.MediaType;
        return http.Response.WriteAsync(PrometheusText.Write(metrics.Read()), http.RequestAborted);
    }

    private static void AddExport(TracerProviderBuilder builder, SpanExportSettings settings, IConfiguration environment)
    {
        if (SpanExportSettings.AsksForMore(environment)) builder.AddOtlpExporter(o =>
        {
            SignalSettings.Read(environment, "TRACES").Apply(o);
            (o.BatchExportProcessorOptions.MaxQueueSize, o.BatchExportProcessorOptions.MaxExportBatchSize)
                = (settings.MaximumQueue, settings.MaximumBatch);
        });
        else SpanExport.AddTo(builder, services => new SpanExport(
            new BatchActivityExportProcessor(
                new OtlpTraceExporter(settings.ToOptions()), settings.MaximumQueue, (int)settings.Delay.TotalMilliseconds,
                (int)settings.Patience.TotalMilliseconds, settings.MaximumBatch),
            settings, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<SpanExport>>()));
    }

    // As the specification has it, but for one thing: without an address nothing is sent. A silo must not call a collector that
    // nobody has set up.
    private static bool IsSent(IConfiguration environment, string signal)
    {
        var exporter = environment[$"OTEL_{signal}_EXPORTER"];
        if (exporter is { Length: > 0 } && !exporter.Equals("otlp", StringComparison.OrdinalIgnoreCase)) return false;
        return exporter is { Length: > 0 } || !string.IsNullOrEmpty(environment[Endpoint])
            || !string.IsNullOrEmpty(environment[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);
    }
}
