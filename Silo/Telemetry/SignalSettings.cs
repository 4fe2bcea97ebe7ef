using System.Globalization;
using OpenTelemetry.Exporter;
using Orchestration.Workflows;

namespace Orchestration.Silo.Telemetry;

/// <summary>
/// What the environment says of one signal's export alone (<c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>, ...), or of all signals'.
/// OpenTelemetry's exporter reads what holds for all by itself, and of a single signal nothing.
/// </summary>
/// <param name="Endpoint">The whole address, path included.</param>
/// <param name="Protocol">How it is sent.</param>
/// <param name="Headers">The headers, as the variable has them.</param>
/// <param name="Timeout">How long a request may take, in milliseconds.</param>
internal sealed record SignalSettings(Uri? Endpoint, OtlpExportProtocol? Protocol, string? Headers, int? Timeout)
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    /// <summary>Reads them.</summary>
    /// <param name="environment">Where they stand.</param>
    /// <param name="signal">The signal; null for what holds for all.</param>
    /// <exception cref="InvalidRequest">One of them makes no sense.</exception>
    public static SignalSettings Read(IConfiguration environment, string? signal)
    {
        var prefix = signal is null ? Prefix : $"{Prefix}{signal}_";
        var (endpoint, protocol, timeout) = (Of("ENDPOINT"), Of("PROTOCOL"), Of("TIMEOUT"));
        if (endpoint is not null
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            throw Invalid("ENDPOINT", endpoint, "an address such as http://collector:4318/v1/traces");
        var milliseconds = 0;
        if (timeout is not null
            && !(int.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds) && milliseconds > 0))
            throw Invalid("TIMEOUT", timeout, "a number of milliseconds");
        return new SignalSettings(
            endpoint is null ? null : new Uri(endpoint),
            protocol switch
            {
                null => null,
                "grpc" => OtlpExportProtocol.Grpc,
                "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
                _ => throw Invalid("PROTOCOL", protocol, "grpc or http/protobuf"),
            },
            Of("HEADERS"), timeout is null ? null : milliseconds);

        string? Of(string name) => environment[prefix + name] is { Length: > 0 } value ? value : null;

        InvalidRequest Invalid(string name, string value, string expected) =>
            new($"{prefix}{name} is '{value}', and should be {expected}.");
    }

    /// <summary>Sets them; what is not given stays as it is for all signals.</summary>
    public void Apply(OtlpExporterOptions options)
    {
        if (Protocol is { } protocol) options.Protocol = protocol;
        if (Endpoint is not null) options.Endpoint = Endpoint;
        if (Headers is not null) options.Headers = Headers;
        if (Timeout is { } timeout) options.TimeoutMilliseconds = timeout;
    }
}
