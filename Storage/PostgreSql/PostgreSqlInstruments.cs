using System.Diagnostics.Metrics;

namespace Orchestration.Storage.PostgreSql;

/// <summary>What the PostgreSQL store tells of its work.</summary>
internal sealed class PostgreSqlInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Orchestration.Storage.PostgreSql";

    private readonly Meter? _own;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _size;

    public PostgreSqlInstruments(IMeterFactory? factory)
    {
        _own = factory is null ? new Meter(MeterName) : null;
        _meter = _own ?? factory!.Create(MeterName);
        _duration = _meter.CreateHistogram<double>("orchestration.store.commit.duration", "s",
            "From sending a group to the answer of its commit.");
        _size = _meter.CreateHistogram<int>("orchestration.store.commit.size", "{write}", "Writes in one commit.");
    }

    public void Observe(Func<int> waiting) => _meter.CreateObservableGauge(
        "orchestration.store.queue.length", waiting, "{write}", "Writes that wait or are being committed.");

    public void Committed(TimeSpan duration, int writes)
    {
        _duration.Record(duration.TotalSeconds);
        _size.Record(writes);
    }

    public void Dispose() => _own?.Dispose();
}
