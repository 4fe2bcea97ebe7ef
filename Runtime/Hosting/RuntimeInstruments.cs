using System.Diagnostics.Metrics;
using Orleans;

namespace Orchestration.Runtime.Hosting;

/// <summary>The metrics of the runtime.</summary>
internal sealed class RuntimeInstruments
{
    public const string MeterName = "Orchestration.Runtime";

    private readonly UpDownCounter<long> _activations;
    private readonly Counter<long> _activated;
    private readonly Counter<long> _deactivated;

    public RuntimeInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _activations = meter.CreateUpDownCounter<long>("orchestration.runtime.activations", "{activation}",
            "Activations in memory.");
        _activated = meter.CreateCounter<long>("orchestration.runtime.activated", "{activation}", "Activations begun.");
        _deactivated = meter.CreateCounter<long>("orchestration.runtime.deactivated", "{activation}",
            "Activations ended, by reason.");
    }

    public void Activated()
    {
        _activations.Add(1);
        _activated.Add(1);
    }

    public void Deactivated(DeactivationReasonCode reason)
    {
        _activations.Add(-1);
        if (_deactivated.Enabled) _deactivated.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }
}
