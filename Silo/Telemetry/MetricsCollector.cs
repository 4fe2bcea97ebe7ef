using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Orchestration.Silo.Telemetry;

/// <summary>
/// What this silo's instruments have measured since it began, for the Prometheus text and for the figures of the cluster. Costs a
/// look-up and a few counts a measurement; asks observed instruments only when it is read. Thread-safe.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private const string Own = "Orchestration.";

    private readonly ConcurrentDictionary<Instrument, MetricInstrument> _instruments = new();
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;
    private readonly Lock _observing = new();

    /// <summary>Listens to the meters of the given factory, and to those that belong to none.</summary>
    public MetricsCollector(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Enable;
        _listener.SetMeasurementEventCallback<long>(static (_, v, tags, state) => ((MetricInstrument)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, v, tags, state) => ((MetricInstrument)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, v, tags, state) => ((MetricInstrument)state!).Record(v, tags));
        _listener.Start();
    }

    /// <summary>All instruments as they stand, by name.</summary>
    public IReadOnlyList<MetricInstrument> Read()
    {
        lock (_observing)
        {
            var observed = _instruments.Values.Where(static i => i.IsObserved).ToList();
            var before = observed.ConvertAll(static i => i.Observations());
            _listener.RecordObservableInstruments();

            // What an instrument tells nothing of any more is none: no attempt of that activity waits.
            foreach (var counts in before) MetricInstrument.ClearUntold(counts);
        }

        return [.. _instruments.Values.OrderBy(static i => i.Name, StringComparer.Ordinal)];
    }

    /// <summary>An instrument; null where nothing was made under that name.</summary>
    public MetricInstrument? Find(string name) => _instruments.Values.FirstOrDefault(i => i.Name == name);

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Enable(Instrument instrument, MeterListener listener)
    {
        var meter = instrument.Meter;
        if (!meter.Name.StartsWith(Own, StringComparison.Ordinal)) return;
        if (meter.Scope is not null && !ReferenceEquals(meter.Scope, _meters)) return; // another silo's of this process
        listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, static i => new MetricInstrument(i)));
    }
}
