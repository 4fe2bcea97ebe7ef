using System.Diagnostics;
using System.Threading.Channels;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Orchestration.Silo.Telemetry.Export;

/// <summary>
/// Takes spans where they end: writes each into the bytes of its request at once, while it is at hand, and lets go of it. So no
/// span waits in memory as an object, and nobody takes it up again in another thread; that is most of what an export costs. What
/// it does not write itself goes to OpenTelemetry's exporter, which is behind it. Thread-safe.
/// </summary>
internal sealed partial class SpanExport : CompositeProcessor<Activity>
{
    /// <summary>A thread lets go of the memory in which it wrote a span that was larger.</summary>
    private const int LargestKept = 64 << 10;

    private const string QueueIsFull = "it is slower than spans come";

    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    [ThreadStatic]
    private static ProtobufBuffer? _span;

    private readonly Channel<Item> _ready = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _givesUp = new();
    private readonly Lock _gate = new();
    private readonly SpanExportSettings _settings;
    private readonly SpanSender _sender;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Task _sending;
    private SpanBatch _filling = new();
    private SpanBatch? _spare;
    private byte[]? _resource;
    private string? _schema;
    private int _waiting;
    private long _lost;
    private string _why = QueueIsFull;
    private long? _warnedAt;
    private bool _ended;

    public SpanExport(BaseProcessor<Activity> others, SpanExportSettings settings, TimeProvider time, ILogger<SpanExport> logger)
        : base([others])
    {
        (_settings, _time, _logger) = (settings, time, logger);
        _sender = new SpanSender(settings, time);
        _timer = time.CreateTimer(static self => ((SpanExport)self!).Tick(), this, settings.Delay, settings.Delay);
        _sending = Task.Run(SendAllAsync);
    }

    /// <summary>Adds it to what spans pass.</summary>
    /// <remarks>
    /// It is a composite, so that the exporter behind it knows its provider. OpenTelemetry adds further processors to a composite
    /// that comes first, where they would see the rare spans alone; so one that does nothing comes before it.
    /// </remarks>
    public static TracerProviderBuilder AddTo(TracerProviderBuilder builder, Func<IServiceProvider, SpanExport> make) =>
        builder.AddProcessor(new Nothing()).AddProcessor(make);

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!data.Recorded) return;
        var span = _span is { Length: < LargestKept } kept ? kept : _span = new ProtobufBuffer();
        span.Truncate(0);
        if (data.Source.Tags is not null || !SpanWriter.TryWrite(span, data))
        {
            base.OnEnd(data);
            return;
        }

        lock (_gate)
        {
            if (_ended) return;
            if (_waiting >= _settings.MaximumQueue)
            {
                _lost++;
                return;
            }

            _waiting++;
            _filling.Add(data.Source, span.Written.Span);
            if (_filling.Count >= _settings.MaximumBatch) Seal();
        }
    }

    /// <inheritdoc/>
    protected override bool OnForceFlush(int timeoutMilliseconds)
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            Seal();
            if (!_ready.Writer.TryWrite(new Item(null, flushed))) flushed.SetResult();
        }

        return flushed.Task.Wait(timeoutMilliseconds) & base.OnForceFlush(timeoutMilliseconds);
    }

    /// <inheritdoc/>
    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        lock (_gate)
        {
            Seal();
            _ended = true;
            _ready.Writer.TryComplete();
        }

        var isDone = _sending.Wait(timeoutMilliseconds);
        if (!isDone) _givesUp.Cancel();
        return isDone & base.OnShutdown(timeoutMilliseconds);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _timer.Dispose();
            _givesUp.Cancel();
            _sending.Wait();
            _sender.Dispose();
            _givesUp.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Tick()
    {
        lock (_gate) Seal();
        Warn();
    }

    // Under the lock.
    private void Seal()
    {
        if (_filling.Count == 0 || !_ready.Writer.TryWrite(new Item(_filling, null))) return;
        (_filling, _spare) = (_spare ?? new SpanBatch(), null);
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (var (batch, flushed) in _ready.Reader.ReadAllAsync(_givesUp.Token))
            {
                flushed?.SetResult();
                if (batch is null) continue;
                _resource ??= Resource();
                var why = await _sender.SendAsync(batch, _resource, _schema, _givesUp.Token);
                lock (_gate)
                {
                    _waiting -= batch.Count;
                    if (why is not null) (_lost, _why) = (_lost + batch.Count, why);
                    batch.Clear();
                    _spare ??= batch;
                }

                if (why is not null) Warn();
            }
        }
        catch (OperationCanceledException) when (_givesUp.IsCancellationRequested)
        {
            // Nobody waits any more for what is left.
        }
        catch (Exception e)
        {
            LogEnded(_logger, e);
        }
        finally
        {
            lock (_gate)
            {
                _ended = true;
                _ready.Writer.TryComplete();
            }

            while (_ready.Reader.TryRead(out var left)) left.Flushed?.SetResult();
        }
    }

    private void Warn()
    {
        long lost;
        string why;
        lock (_gate)
        {
            if (_lost == 0 || (_warnedAt is { } at && _time.GetElapsedTime(at) < BetweenWarnings)) return;
            (lost, why, _lost, _why, _warnedAt) = (_lost, _why, 0, QueueIsFull, _time.GetTimestamp());
        }

        LogLost(_logger, lost, _sender.Address, why);
    }

    private byte[] Resource()
    {
        var bytes = new ProtobufBuffer();
        var place = bytes.Begin(1); // ResourceSpans.resource
        var resource = ParentProvider.GetResource();
        _schema = resource.SchemaUrl;
        foreach (var (key, value) in resource.Attributes)
        {
            var before = bytes.Length;
            if (SpanWriter.TryWriteTag(bytes, 1, key, value)) continue;
            bytes.Truncate(before);
            SpanWriter.TryWriteTag(bytes, 1, key, value.ToString());
        }

        bytes.End(place);
        return bytes.Written.ToArray();
    }

    private sealed class Nothing : BaseProcessor<Activity>;

    /// <summary>A batch to be sent, or who waits for those before it.</summary>
    private sealed record Item(SpanBatch? Batch, TaskCompletionSource? Flushed);
}
