using System.Diagnostics.Metrics;
using Orleans;

namespace Orchestration.Runtime.Hosting;

/// <summary>The metrics of the runtime.</summary>
internal sealed class RuntimeInstruments
{
    public const string MeterName = "Orchestration.Runtime";

    private static readonly KeyValuePair<string, object?>[] Reasons = [.. Enum.GetValues<DeactivationReasonCode>().Select(
        static r => new KeyValuePair<string, object?>("reason", r.ToString()))];

    private readonly long[] _deactivated = new long[Reasons.Length];
    private long _began;
    private long _ended;

    public RuntimeInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter("orchestration.runtime.activations", InMemory, "{activation}",
            "Activations in memory.");
        meter.CreateObservableCounter("orchestration.runtime.activated", () => Interlocked.Read(ref _began), "{activation}",
            "Activations begun.");
        meter.CreateObservableCounter("orchestration.runtime.deactivated", ByReason, "{activation}",
            "Activations ended, by reason.");
    }

    public void Activated() => Interlocked.Increment(ref _began);

    public void Deactivated(DeactivationReasonCode reason)
    {
        Interlocked.Increment(ref _ended);
        Interlocked.Increment(ref _deactivated[(int)reason]);
    }

    private IEnumerable<Measurement<long>> ByReason()
    {
        for (var i = 0; i < _deactivated.Length; i++)
        {
            var count = Interlocked.Read(ref _deactivated[i]);
            if (count > 0) yield return new Measurement<long>(count, Reasons[i]);
        }
    }

    // The ends first: an activation that comes and goes between the two readings is not counted as less than none.
    private long InMemory()
    {
        var ended = Interlocked.Read(ref _ended);
        return Interlocked.Read(ref _began) - ended;
    }
}
