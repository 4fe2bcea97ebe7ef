using System.Globalization;
using Orchestration.Grains.Storage;
using Orleans.Runtime;

namespace Orchestration.Grains.Placement;

/// <summary>
/// Which silo has which shard. A silo that joins takes its part of each other's, and one that goes leaves its own to all of them;
/// no other shard moves. Computed anew when the membership changes; thread-safe.
/// </summary>
internal sealed class ShardOwners(IClusterMembershipService membership, ILocalSiloDetails local, IHistoryStore store)
{
    private Table? _table;

    /// <summary>How many shards there are.</summary>
    public int Count => store.ShardCount;

    /// <summary>The owner of a shard; null where no silo is in full service.</summary>
    public SiloAddress? OwnerOf(int shard) => Current.Owners[shard];

    /// <summary>The shards of this silo; none while it is not in full service.</summary>
    public HashSet<int> Mine
    {
        get
        {
            var owners = Current.Owners; // of one moment
            return [.. Enumerable.Range(0, owners.Length).Where(shard => local.SiloAddress.Equals(owners[shard]))];
        }
    }

    private Table Current
    {
        get
        {
            var snapshot = membership.CurrentSnapshot;
            var table = Volatile.Read(ref _table);
            if (table is not null && ReferenceEquals(table.Snapshot, snapshot)) return table;
            table = new Table(snapshot, OwnersIn(snapshot));
            Volatile.Write(ref _table, table);
            return table;
        }
    }

    private SiloAddress?[] OwnersIn(ClusterMembershipSnapshot snapshot)
    {
        var silos = snapshot.Members.Values.Where(static member => member.Status == SiloStatus.Active)
            .Select(static member => (member.SiloAddress, Hash: Rendezvous.HashOf(SiloKey.Of(member.SiloAddress))))
            .OrderBy(static silo => silo.SiloAddress).ToArray();
        var owners = new SiloAddress?[store.ShardCount];
        for (var shard = 0; shard < owners.Length; shard++)
        {
            var key = Rendezvous.HashOf(shard.ToString(CultureInfo.InvariantCulture));
            var most = 0UL;
            foreach (var (silo, hash) in silos)
            {
                var score = Rendezvous.Score(key, hash);
                if (owners[shard] is not null && score <= most) continue;
                (owners[shard], most) = (silo, score);
            }
        }

        return owners;
    }

    private sealed record Table(ClusterMembershipSnapshot Snapshot, SiloAddress?[] Owners);
}
