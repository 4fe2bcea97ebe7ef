using System.Globalization;
using Orchestration.Grains.Storage;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orchestration.Grains.Placement;

/// <summary>Finds the silo of a shard; this silo while none is known to be in full service.</summary>
internal sealed class ShardPlacementDirector(ShardOwners owners) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var key = target.GrainIdentity.Key.ToString();
        return Task.FromResult(
            int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var shard) && shard < Shards.Count
                ? owners.OwnerOf(shard) ?? context.LocalSilo : context.LocalSilo);
    }
}
