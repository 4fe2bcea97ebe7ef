using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orchestration.Silo.Telemetry.Export;
using Orchestration.Tests.Support;

namespace Orchestration.Silo.Tests.Telemetry;

/// <summary>The silo's own way of spans to a collector, which takes requests over a socket.</summary>
public sealed class SpanExportTests : IAsyncLifetime
{
    /// <summary>No request is given up, however slow the machine is.</summary>
    private const string Unhurried = "600000";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private SpanCollector _collector = null!;

    public async Task InitializeAsync() => _collector = await SpanCollector.StartAsync();

    public Task DisposeAsync() => _collector.DisposeAsync().AsTask();

    public static TheoryData<string> Forms =>
        new("bare", "tags", "long", "failed", "failed at length", "child", "state", "client");

    [Theory]
    [MemberData(nameof(Forms))]
    public void Span_OfAnyUsualForm_IsSentAsOpenTelemetrysExporterSendsIt(string form)
    {
        using var source = new ActivitySource("Orchestration.Tests.Form", form == "bare" ? "" : "1.2");
        using var others = new Others();
        using (var provider = Provider(source.Name, others, Settings("/own"), b => b.AddProcessor(
            new SimpleActivityExportProcessor(new OtlpTraceExporter(new OtlpExporterOptions
            {
                Endpoint = _collector.At("/library"), Protocol = OtlpExportProtocol.HttpProtobuf,
                TimeoutMilliseconds = int.Parse(Unhurried, CultureInfo.InvariantCulture),
            })))))
        {
            Make(source, form);
            Assert.True(provider.ForceFlush());
        }

        Assert.Equal((0, 1, 1), (others.Count, _collector.Of("/own").Count, _collector.Of("/library").Count));
        var (own, library) = (Assert.Single(_collector.Of("/own")), Assert.Single(_collector.Of("/library")));
        Assert.Equal(OtlpForm.Read(library), OtlpForm.Read(own));
    }

    [Fact]
    public void Span_OfARareForm_GoesToOpenTelemetrysExporter()
    {
        using var source = new ActivitySource("Orchestration.Tests.Rare");
        using var tagged = new ActivitySource(new ActivitySourceOptions("Orchestration.Tests.Rare") { Tags = [new("a", 1)] });
        using var others = new Others();
        using var provider = Provider(source.Name, others, Settings("/own"));
        using (var span = source.StartActivity("event")) span!.AddEvent(new ActivityEvent("something"));
        using (var span = source.StartActivity("exception")) span!.AddException(new InvalidOperationException("no"));
        using (var span = source.StartActivity("array")) span!.SetTag("all", (int[])[1, 2]);
        using (var span = source.StartActivity("status")) span!.SetTag("otel.status_code", "ERROR");
        using (source.StartActivity("link", ActivityKind.Internal, default(ActivityContext), null,
            [new ActivityLink(new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), default))])!)
        {
        }

        using (tagged.StartActivity("scope"))
        {
        }

        Assert.True(provider.ForceFlush());
        Assert.Equal(6, others.Count);
        Assert.Empty(_collector.Of("/own"));
    }

    [Fact]
    public void Spans_ByGrpc_Arrive()
    {
        using var source = new ActivitySource("Orchestration.Tests.Grpc");
        using var others = new Others();
        using var provider = Provider(source.Name, others, SpanExportSettings.Read(Environment(
            ("ENDPOINT", _collector.GrpcAddress), ("PROTOCOL", "grpc"), ("TIMEOUT", Unhurried), ("HEADERS", "x-tenant=a"))));
        Make(source, "tags");
        Assert.True(provider.ForceFlush());
        var body = Assert.Single(_collector.Of("/opentelemetry.proto.collector.trace.v1.TraceService/Export"));
        Assert.Contains("tags", Encoding.Latin1.GetString(body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/busy")]
    [InlineData("/grpc")]
    public void Spans_OfACollectorThatIsBusy_AreSentAgain(string path)
    {
        using var source = new ActivitySource("Orchestration.Tests.Busy");
        using var others = new Others();
        var settings = path == "/busy" ? Settings(path) : SpanExportSettings.Read(Environment(
            ("ENDPOINT", _collector.GrpcAddress), ("PROTOCOL", "grpc"), ("TIMEOUT", Unhurried)));
        _collector.Refusals = 1;
        using var provider = Provider(source.Name, others, settings, time: new HurriedTime());
        Make(source, "tags");
        Assert.True(provider.ForceFlush());
        Assert.Single(_collector.Of(settings.Address.AbsolutePath));
        Assert.Equal(0, _collector.Refusals);
    }

    [Fact]
    public async Task Spans_ThatNobodyTakes_AreCountedOnceAMinute()
    {
        using var source = new ActivitySource("Orchestration.Tests.Lost");
        using var others = new Others();
        var log = new Lines();
        using var provider = Provider(
            source.Name, others, Settings("/none") with { Address = new Uri("http://127.0.0.1:9/"), Patience = TimeSpan.Zero },
            time: new ManualTimeProvider(), log: log);
        Make(source, "bare");
        Make(source, "bare");
        Assert.True(provider.ForceFlush());
        Assert.StartsWith(
            "2 spans were lost: http://127.0.0.1:9/ ", await log.First.WaitAsync(Patience), StringComparison.Ordinal);
        Make(source, "bare");
        Assert.True(provider.ForceFlush());
        Assert.Equal(1, log.Count);
    }

    [Fact]
    public async Task Spans_BeyondTheQueue_AreLeftOutAndCounted()
    {
        using var source = new ActivitySource("Orchestration.Tests.Queue");
        using var others = new Others();
        var (log, time) = (new Lines(), new ManualTimeProvider());
        _collector.Hold();
        var settings = Settings("/held") with { MaximumQueue = 2, MaximumBatch = 1, Delay = TimeSpan.FromSeconds(5) };
        using var provider = Provider(source.Name, others, settings, time: time, log: log);
        for (var i = 0; i < 5; i++) Make(source, "bare");
        time.Advance(settings.Delay);
        Assert.StartsWith("3 spans were lost: ", await log.First.WaitAsync(Patience), StringComparison.Ordinal);
        _collector.Release();
        Assert.True(provider.ForceFlush());
        Assert.Equal(2, _collector.Of("/held").Count);
    }

    [Theory]
    [InlineData("grpc", "http://c:4317", "http://c:4317/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    [InlineData("http/protobuf", "http://c:4318/", "http://c:4318/v1/traces")]
    [InlineData("http/protobuf", "http://c/base", "http://c/base/v1/traces")]
    [InlineData("http/protobuf", "http://c/v1/traces", "http://c/v1/traces")]
    public void Settings_OfAllSignals_NameTheAddress(string protocol, string endpoint, string address) =>
        Assert.Equal(
            address, SpanExportSettings.Read(Environment(("PROTOCOL", protocol), ("ENDPOINT", endpoint))).Address.ToString());

    [Fact]
    public void Settings_HeadersThatAreNone_AreRefused() => Assert.Throws<Orchestration.Workflows.InvalidRequest>(
        () => SpanExportSettings.Read(Environment(("HEADERS", "x-tenant"))));

    private static void Make(ActivitySource source, string form)
    {
        var parent = new ActivityContext(
            ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded,
            form == "state" ? "a=1" : null, isRemote: form != "child");
        using var span = source.StartActivity(
            form, form == "client" ? ActivityKind.Client : ActivityKind.Internal,
            form is "child" or "state" ? parent : default, startTime: DateTimeOffset.UnixEpoch.AddDays(20_000));
        Assert.NotNull(span);
        span.SetEndTime(span.StartTimeUtc.AddMilliseconds(12.3457));
        if (form == "tags")
            span.SetTag("text", "a").SetTag("empty", "").SetTag("whole", -5).SetTag("long", long.MaxValue).SetTag("flag", true)
                .SetTag("off", false).SetTag("real", 1.25);
        if (form == "long")
            span.SetTag(new string('k', 130), new string('v', 20_000))
                .SetTag("\u00e9", string.Concat(Enumerable.Repeat("\u20ac\U0001F600", 60)))
                .SetTag("edge", new string('\u20ac', 42));
        if (form == "failed") span.SetStatus(ActivityStatusCode.Error);
        if (form == "failed at length") span.SetStatus(ActivityStatusCode.Error, new string('e', 300));
        if (form == "client") span.SetStatus(ActivityStatusCode.Ok);
    }

    private static TracerProvider Provider(
        string source, Others others, SpanExportSettings settings, Action<TracerProviderBuilder>? more = null,
        TimeProvider? time = null, Lines? log = null)
    {
        var builder = SpanExport.AddTo(
            Sdk.CreateTracerProviderBuilder().AddSource(source)
                .ConfigureResource(static r => r.AddService("a silo", serviceInstanceId: "1")),
            _ => new SpanExport(
                others, settings, time ?? TimeProvider.System, log ?? (ILogger<SpanExport>)NullLogger<SpanExport>.Instance));
        more?.Invoke(builder);
        return builder.Build();
    }

    private SpanExportSettings Settings(string path) => SpanExportSettings.Read(Environment(
        ("TRACES_ENDPOINT", _collector.At(path).ToString()), ("PROTOCOL", "http/protobuf"), ("TIMEOUT", Unhurried)));

    private static IConfigurationRoot Environment(params (string Name, string Value)[] variables) =>
        new ConfigurationBuilder().AddInMemoryCollection(variables.Select(static v => new KeyValuePair<string, string?>(
            "OTEL_EXPORTER_OTLP_" + v.Name, v.Value))).Build();

    /// <summary>What is behind the silo's own export.</summary>
    private sealed class Others : BaseProcessor<Activity>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override void OnEnd(Activity data) => Interlocked.Increment(ref _count);
    }

    /// <summary>Each pause is over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, period > TimeSpan.Zero ? dueTime : TimeSpan.Zero, period);
    }

    private sealed class Lines : ILogger<SpanExport>
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public Task<string> First => _first.Task;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _count);
            _first.TrySetResult(formatter(state, exception));
        }
    }
}
