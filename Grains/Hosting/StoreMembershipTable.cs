using System.Globalization;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Storage;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Grains.Hosting;

/// <summary>
/// Orleans' membership table over the store that also keeps the histories. A version's tag is its number: the store raises it by
/// one with each change and never takes it back.
/// </summary>
internal sealed class StoreMembershipTable(IMembershipStore store, IOptions<ClusterOptions> cluster) : IMembershipTable
{
    private readonly string _cluster = cluster.Value.ClusterId;

    // The tables are made when the store is opened, and a cluster's version begins with its first write. Reading says at the
    // start, and not in the midst of work, that the store or the cluster's id will not do.
    public async Task InitializeMembershipTable(bool tryInitTableVersion) => await store.ReadAsync(_cluster);

    public async Task DeleteMembershipTableEntries(string clusterId) => await store.ClearAsync(clusterId);

    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) =>
        await store.PurgeAsync(_cluster, beforeDate, (int)SiloStatus.Active);

    public async Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ToTable(await store.ReadAsync(_cluster, key.ToParsableString()));
    }

    public async Task<MembershipTableData> ReadAll() => ToTable(await store.ReadAsync(_cluster));

    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        TryRead(tableVersion, out var version) && await store.InsertAsync(_cluster, MemberRows.ToRow(entry), version);

    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        TryRead(tableVersion, out var version) && await store.UpdateAsync(_cluster, MemberRows.ToRow(entry, etag), version);

    public async Task UpdateIAmAlive(MembershipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await store.BeatAsync(_cluster, entry.SiloAddress.ToParsableString(), MemberRows.AliveAt(entry));
    }

    private static bool TryRead(TableVersion tableVersion, out long version)
    {
        ArgumentNullException.ThrowIfNull(tableVersion);
        return long.TryParse(tableVersion.VersionEtag, NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    private static MembershipTableData ToTable(MembershipRows rows) => new(
        [.. rows.Members.Select(static row => Tuple.Create(MemberRows.ToEntry(row), row.ETag))],
        new TableVersion(checked((int)rows.Version), rows.Version.ToString(CultureInfo.InvariantCulture)));
}
