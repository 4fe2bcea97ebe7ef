using System.Diagnostics.Metrics;

namespace Orchestration.Grains.WarmUp;

/// <summary>Meters under names that nobody listens to.</summary>
internal sealed class UnheardMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    /// <inheritdoc/>
    public Meter Create(MeterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var meter = new Meter($"warm-up of {options.Name}");
        lock (_meters) _meters.Add(meter);
        return meter;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_meters)
            foreach (var meter in _meters) meter.Dispose();
    }
}
