using System.Diagnostics.Metrics;
using Orleans;

namespace Orchestration.Runtime.Hosting;

/// <summary>The metrics of the runtime.</summary>
internal sealed class RuntimeInstruments
{
    public const string MeterName = "Orchestration.Runtime";

    private readonly Counter<long> _deactivated;
    private long _began;
    private long _ended;

    public RuntimeInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter("orchestration.runtime.activations", InMemory, "{activation}",
            "Activations in memory.");
        meter.CreateObservableCounter("orchestration.runtime.activated", () => Interlocked.Read(ref _began), "{activation}",
            "Activations begun.");
        _deactivated = meter.CreateCounter<long>("orchestration.runtime.deactivated", "{activation}",
            "Activations ended, by reason.");
    }

    public void Activated() => Interlocked.Increment(ref _began);

    public void Deactivated(DeactivationReasonCode reason)
    {
        Interlocked.Increment(ref _ended);
        if (_deactivated.Enabled) _deactivated.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }

    // The ends first: an activation that comes and goes between the two readings is not counted as less than none.
    private long InMemory()
    {
        var ended = Interlocked.Read(ref _ended);
        return Interlocked.Read(ref _began) - ended;
    }
}
