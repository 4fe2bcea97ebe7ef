using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Silo.Telemetry;
using Orchestration.Workflows;

namespace Orchestration.Silo.Tests.Telemetry;

/// <summary>What goes out by OTLP, at a collector that takes requests over a socket.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Path, string? Tenant, string Body)> _received = [];
    private WebApplication? _collector;
    private string _address = "";

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.MapPost("/{**path}", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            _received.Enqueue(
                (http.Request.Path, http.Request.Headers["x-tenant"], Encoding.Latin1.GetString(body.ToArray())));
        });
        await _collector.StartAsync();
        _address = _collector.Urls.Single();
    }

    public async Task DisposeAsync() => await _collector!.DisposeAsync();

    [Fact]
    public async Task Export_AddressOfAllSignals_GetsSpansAndMetrics()
    {
        await RunAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });
        Assert.Contains(_received, static r =>
            r.Path == "/v1/traces" && r.Body.Contains("a span of all", StringComparison.Ordinal));
        Assert.Contains(_received, static r => r.Path == "/v1/metrics");
        Assert.All(_received, static r => Assert.Contains("orchestration-silo", r.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export_AddressOfSpansAlone_GetsThemAsItStandsAndNothingElse()
    {
        await RunAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = _address + "/own/way",
            ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] = "x-tenant=a",
            ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] = "30000",
        });
        Assert.Contains(_received, static r => r.Body.Contains("a span of all", StringComparison.Ordinal));
        Assert.All(_received, static r => Assert.Equal(("/own/way", "a"), (r.Path, r.Tenant)));
    }

    [Fact]
    public async Task Export_WithWhatOpenTelemetrysExporterAloneKnows_IsThatOnes()
    {
        await RunAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = _address + "/own/way",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"] = "1",
        });
        var sent = Assert.Single(
            _received, static r => r.Path == "/own/way" && r.Body.Contains("a span of all", StringComparison.Ordinal)).Body;
        Assert.Contains("the first tag", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("the second tag", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_SpansSwitchedOff_SendsMetricsAlone()
    {
        await RunAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_TRACES_EXPORTER"] = "none",
        });
        Assert.Equal(["/v1/metrics"], _received.Select(static r => r.Path).Distinct());
    }

    [Theory]
    [InlineData("ENDPOINT", "collector")]
    [InlineData("ENDPOINT", "ftp://collector")]
    [InlineData("PROTOCOL", "http/json")]
    [InlineData("TIMEOUT", "soon")]
    [InlineData("TIMEOUT", "0")]
    public void Settings_ThatMakeNoSense_AreRefusedByName(string name, string value)
    {
        var environment = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { [$"OTEL_EXPORTER_OTLP_METRICS_{name}"] = value }).Build();
        var refused = Assert.Throws<InvalidRequest>(() => SignalSettings.Read(environment, "METRICS"));
        Assert.Contains($"OTEL_EXPORTER_OTLP_METRICS_{name} is '{value}'", refused.Message, StringComparison.Ordinal);
    }

    // A silo's telemetry without its silo; what waits is sent when it stops.
    private static async Task RunAsync(Dictionary<string, string?> environment)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(environment);
        builder.Services.AddSingleton(TimeProvider.System);
        TelemetryHosting.Add(builder.Services, builder.Configuration);
        using var source = new ActivitySource("Orchestration.Tests.Export");
        using var host = builder.Build();
        await host.StartAsync();
        using (var span = source.StartActivity("a span of all"))
            span?.SetTag("the first tag", 1).SetTag("the second tag", 2);

        await host.StopAsync();
    }
}
