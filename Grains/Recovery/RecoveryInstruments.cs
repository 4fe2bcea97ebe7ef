using System.Diagnostics.Metrics;

namespace Orchestration.Grains.Recovery;

/// <summary>What recovery measures.</summary>
internal sealed class RecoveryInstruments
{
    private readonly Counter<long> _wakes;
    private readonly Histogram<double> _lateness;

    /// <summary>Makes the instruments.</summary>
    public RecoveryInstruments(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create("Orchestration.Recovery");
        _wakes = meter.CreateCounter<long>("orchestration.recovery.wakes", "{wake}", "Runs that were woken, by reason.");
        _lateness = meter.CreateHistogram<double>("orchestration.recovery.wake.lateness", "s",
            "How long after its due time a parked run was woken.");
    }

    /// <summary>A run is woken.</summary>
    public void Woken(Wake wake, DateTimeOffset now)
    {
        if (_wakes.Enabled) _wakes.Add(1, new KeyValuePair<string, object?>("reason", wake.Reason.ToString()));
        if (wake.Reason == WakeReason.Due
            && _lateness.Enabled) _lateness.Record((now.UtcTicks - wake.DueTicks) / (double)TimeSpan.TicksPerSecond);
    }
}
