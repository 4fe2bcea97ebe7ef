using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Messaging;
using Orleans;
using Orleans.Configuration;

namespace Orchestration.Runtime.Activations;

/// <summary>
/// Ends activations that were idle for the age of their class, and, where that is switched on, those idle for longest when memory
/// runs short. It only proposes: the activation itself looks again in its own turn, so a call that comes between is never lost.
/// </summary>
internal sealed partial class ActivationCollector(
    ActivationCatalog catalog, IMemoryGauge memory, TimeProvider time, IOptions<GrainCollectionOptions> options,
    ILogger<ActivationCollector> logger) : IDisposable
{
    private readonly GrainCollectionOptions _options = options.Value;
    private ITimer? _ageTimer;
    private ITimer? _memoryTimer;

    public void Start()
    {
        _ageTimer = time.CreateTimer(
            static self => ((ActivationCollector)self!).CollectIdle(), this, _options.CollectionQuantum,
                _options.CollectionQuantum);
        if (!_options.EnableActivationSheddingOnMemoryPressure) return;
        _memoryTimer = time.CreateTimer(
            static self => ((ActivationCollector)self!).ShedUnderPressure(), this,
            _options.MemoryUsagePollingPeriod, _options.MemoryUsagePollingPeriod);
    }

    public void Dispose()
    {
        _ageTimer?.Dispose();
        _memoryTimer?.Dispose();
    }

    /// <summary>Proposes the end of all activations that have been idle for their age.</summary>
    internal void CollectIdle()
    {
        foreach (var activation in catalog.All)
        {
            var ticks = TicksOf(AgeOf(activation.Class));
            if (activation.IsIdleFor(ticks))
                activation.DeactivateIfIdle(ticks, new(DeactivationReasonCode.ActivationIdle,
                    "It was idle for its collection age."));
        }
    }

    /// <summary>Proposes the end of as many of the longest idle activations as should bring memory down to its target.</summary>
    internal void ShedUnderPressure()
    {
        var used = memory.UsedPercentage;
        if (used <= _options.MemoryUsageLimitPercentage) return;
        var idle = catalog.All
            .Where(static activation => activation.IsIdleFor(0))
            .OrderBy(static activation => activation.LastUse)
            .ToArray();
        var share = (used - _options.MemoryUsageTargetPercentage) / used;
        var count = (int)Math.Min(idle.Length, Math.Ceiling(catalog.Count * share));
        Shedding(logger, used, count, catalog.Count);
        for (var i = 0; i < count; i++)
            idle[i].DeactivateIfIdle(0, new(DeactivationReasonCode.HighMemoryPressure, "Memory ran short."));
    }

    private static int TicksOf(TimeSpan age) => (int)Math.Min(int.MaxValue / 2, Math.Ceiling(age / PendingCalls.TickLength));

    private TimeSpan AgeOf(GrainClass grainClass) =>
        grainClass.Type.FullName is { } name && _options.ClassSpecificCollectionAge.TryGetValue(name, out var configured)
            ? configured
            : grainClass.CollectionAge ?? _options.CollectionAge;
}
