using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orchestration.Runtime.Placement;

/// <summary>
/// Where grains were moved that the ring places here: the owner on the ring knows it and passes calls on. Kept in memory only and
/// bounded: whoever moved a grain does so again when the owner has changed. Thread-safe.
/// </summary>
internal sealed class PlacementHints(SiloRing ring, ILocalSiloDetails local)
{
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<GrainId, SiloAddress> _silos = new();

    private volatile bool _used;

    /// <summary>Whether no grain was ever moved. Asked for each new activation, so it must cost nothing.</summary>
    public bool IsUnused => !_used;

    /// <summary>
    /// An activation here moves: to the silo that its request context names, else to the owner of its hash.
    /// </summary>
    public void Move(GrainId grain, Dictionary<string, object>? context)
    {
        var silo = HintOf(context) ?? ring.OwnerOf(grain);
        if (silo is null || silo.Equals(local.SiloAddress)) _silos.TryRemove(grain, out _);
        else Set(grain, silo);
    }

    /// <summary>The silo that a call is to go to other than by its hash.</summary>
    public bool TryGet(GrainId grain, [NotNullWhen(true)] out SiloAddress? silo)
    {
        if (!_silos.TryGetValue(grain, out silo)) return false;
        if (Array.IndexOf(ring.Silos, silo) >= 0) return true;
        _silos.TryRemove(grain, out _);
        return false;
    }

    /// <summary>The grain is here now.</summary>
    public void Forget(GrainId grain) => _silos.TryRemove(grain, out _);

    /// <summary>The live silo that a call's context prefers; null where it prefers none.</summary>
    public SiloAddress? HintOf(Dictionary<string, object>? context) =>
        context is null ? null : IPlacementDirector.GetPlacementHint(context, ring.Silos);

    public void Set(GrainId grain, SiloAddress silo)
    {
        if (_silos.Count >= Most && _silos.FirstOrDefault() is { Value: not null } any) _silos.TryRemove(any);
        _silos[grain] = silo;
        _used = true;
    }
}
