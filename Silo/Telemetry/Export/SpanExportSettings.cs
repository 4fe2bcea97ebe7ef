using System.Globalization;
using OpenTelemetry.Exporter;
using Orchestration.Workflows;

namespace Orchestration.Silo.Telemetry.Export;

/// <summary>How spans are gathered and where they go: what the environment's variables say, or else the specification.</summary>
internal sealed record SpanExportSettings
{
    // A busy silo has tens of thousands of spans a second: the specification's queue (2,048) would be full within a twentieth of
    // one while the collector is busy, and its batches (512) cost a request each.
    private const int DefaultQueue = 16384;
    private const int DefaultBatch = 1024;
    private const int DefaultDelay = 5000;
    private const int DefaultTimeout = 30000;
    private const string HttpPath = "v1/traces";
    private const string GrpcPath = "opentelemetry.proto.collector.trace.v1.TraceService/Export";

    // What OpenTelemetry's own exporter knows and the one here does not: whoever asks for it gets that.
    private static readonly string[] Rare =
    [
        "OTEL_EXPORTER_OTLP_COMPRESSION", "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
        "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    ];

    /// <summary>The whole address of requests.</summary>
    public required Uri Address { get; init; }

    /// <summary>Whether requests are gRPC's.</summary>
    public required bool IsGrpc { get; init; }

    /// <summary>What goes with each request, as the variable has it.</summary>
    public string? HeaderText { get; init; }

    /// <summary>What goes with each request.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>How long one request may take.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>How many spans may wait; more are left out.</summary>
    public int MaximumQueue { get; init; } = DefaultQueue;

    /// <summary>How many go in one request.</summary>
    public int MaximumBatch { get; init; } = DefaultBatch;

    /// <summary>How long spans wait for others.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(DefaultDelay);

    /// <summary>For how long a request is repeated that the collector could not take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(DefaultTimeout);

    /// <summary>Whether the environment asks for what only OpenTelemetry's own exporter does.</summary>
    public static bool AsksForMore(IConfiguration environment) =>
        Array.Exists(Rare, name => environment[name] is { Length: > 0 });

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidRequest">One of them makes no sense.</exception>
    public static SpanExportSettings Read(IConfiguration environment)
    {
        var (own, all) = (SignalSettings.Read(environment, "TRACES"), SignalSettings.Read(environment, null));
        var isGrpc = (own.Protocol ?? all.Protocol ?? new OtlpExporterOptions().Protocol) != OtlpExportProtocol.HttpProtobuf;
        var batch = Number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE");
        var queue = Number("OTEL_BSP_MAX_QUEUE_SIZE") ?? Math.Max(DefaultQueue, batch ?? 0);
        return new SpanExportSettings
        {
            IsGrpc = isGrpc,
            Address = isGrpc
                ? Below(own.Endpoint ?? all.Endpoint ?? new Uri("http://localhost:4317"), GrpcPath)
                : own.Endpoint ?? Below(all.Endpoint ?? new Uri("http://localhost:4318"), HttpPath),
            HeaderText = own.Headers ?? all.Headers,
            Headers = HeadersOf(own.Headers ?? all.Headers),
            RequestTimeout = TimeSpan.FromMilliseconds(own.Timeout ?? all.Timeout ?? 10000),
            MaximumQueue = queue,
            MaximumBatch = Math.Min(batch ?? DefaultBatch, queue),
            Delay = TimeSpan.FromMilliseconds(Number("OTEL_BSP_SCHEDULE_DELAY") ?? DefaultDelay),
            Patience = TimeSpan.FromMilliseconds(Number("OTEL_BSP_EXPORT_TIMEOUT") ?? DefaultTimeout),
        };

        // As the specification has it: what is no number counts as not given.
        int? Number(string name) =>
            int.TryParse(environment[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number : null;
    }

    /// <summary>The same for OpenTelemetry's exporter.</summary>
    public OtlpExporterOptions ToOptions() => new()
    {
        Protocol = IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Endpoint = Address,
        Headers = HeaderText,
        TimeoutMilliseconds = (int)RequestTimeout.TotalMilliseconds,
    };

    private static Uri Below(Uri place, string path) => place.AbsolutePath.EndsWith(path, StringComparison.Ordinal)
        ? place : new Uri(place.AbsoluteUri.TrimEnd('/') + "/" + path);

    private static List<KeyValuePair<string, string>> HeadersOf(string? text)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var pair in Uri.UnescapeDataString(text ?? "").Split(',', StringSplitOptions.TrimEntries
            | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length < 2 || parts[0].Length == 0)
                throw new InvalidRequest("OTEL_EXPORTER_OTLP_HEADERS should be 'name=value', with commas between several.");
            headers.Add(new(parts[0], parts[1]));
        }

        return headers;
    }
}
