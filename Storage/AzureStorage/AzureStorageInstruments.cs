using System.Diagnostics.Metrics;

namespace Orchestration.Storage.AzureStorage;

/// <summary>What the Azure Storage store tells of its work.</summary>
internal sealed class AzureStorageInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Orchestration.Storage.AzureStorage";

    private readonly Meter? _own;
    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _repeats;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _size;
    private long _count;

    public AzureStorageInstruments(IMeterFactory? factory)
    {
        _own = factory is null ? new Meter(MeterName) : null;
        _meter = _own ?? factory!.Create(MeterName);
        _requests = _meter.CreateCounter<long>("orchestration.store.requests", "{request}", "Requests sent to the service.");
        _repeats = _meter.CreateCounter<long>("orchestration.store.repeats", "{request}",
            "Requests sent again since the one before was throttled or lost.");
        _duration = _meter.CreateHistogram<double>("orchestration.store.commit.duration", "s",
            "From sending a block to the answer of its append.");
        _size = _meter.CreateHistogram<int>("orchestration.store.commit.size", "{write}", "Writes in one block.");
    }

    /// <summary>Requests so far.</summary>
    public long Requests => Interlocked.Read(ref _count);

    public void Sent()
    {
        Interlocked.Increment(ref _count);
        _requests.Add(1);
    }

    public void Repeated() => _repeats.Add(1);

    public void Committed(TimeSpan duration, int writes)
    {
        _duration.Record(duration.TotalSeconds);
        _size.Record(writes);
    }

    public void Dispose() => _own?.Dispose();
}
