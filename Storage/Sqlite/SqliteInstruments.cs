using System.Diagnostics.Metrics;

namespace Orchestration.Storage.Sqlite;

/// <summary>What the embedded store tells of its work.</summary>
internal sealed class SqliteInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Orchestration.Storage.Sqlite";

    private readonly Meter? _own;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _size;

    public SqliteInstruments(IMeterFactory? factory)
    {
        _own = factory is null ? new Meter(MeterName) : null;
        _meter = _own ?? factory!.Create(MeterName);
        _duration = _meter.CreateHistogram<double>("orchestration.store.commit.duration", "s",
            "From the begin of a group to its commit.");
        _size = _meter.CreateHistogram<int>("orchestration.store.commit.size", "{write}", "Writes in one commit.");
    }

    public void Observe(Func<long> logBytes, Func<int> waiting)
    {
        _meter.CreateObservableGauge("orchestration.store.log.size", logBytes, "By",
            "What the write-ahead log holds that is not in the file.");
        _meter.CreateObservableGauge("orchestration.store.queue.length", waiting, "{write}",
            "Writes that wait or are being committed.");
    }

    public void Committed(TimeSpan duration, int writes)
    {
        _duration.Record(duration.TotalSeconds);
        _size.Record(writes);
    }

    public void Dispose() => _own?.Dispose();
}
