using System.Diagnostics.Metrics;

namespace Orchestration.Simulation.Cluster;

/// <summary>
/// Meters that nobody ever listens to. They are closed from the beginning, since the process would keep an open one, and by it
/// the whole world that uses it, for ever.
/// </summary>
internal sealed class SimMeters : IMeterFactory
{
    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        meter.Dispose();
        return meter;
    }

    public void Dispose()
    {
        // All are closed.
    }
}
