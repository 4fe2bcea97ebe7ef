using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Cluster;

/// <summary>A silo's way to the membership table, which may be cut off.</summary>
internal sealed class NodeTable(IMembershipTable table) : IMembershipTable
{
    public bool IsCut { get; set; }

    /// <summary>What a new row waits for before it is written; null for nothing.</summary>
    public Func<Task>? BeforeInsert { get; set; }

    /// <summary>What a reading waits for; null for nothing.</summary>
    public Func<Task>? BeforeRead { get; set; }

    /// <summary>How many times more another silo's write is faster than this one's.</summary>
    public int LostRaces { get; set; }

    public Task InitializeMembershipTable(bool tryInitTableVersion) =>
        Reach(() => table.InitializeMembershipTable(tryInitTableVersion));

    public Task DeleteMembershipTableEntries(string clusterId) => Reach(() => table.DeleteMembershipTableEntries(clusterId));

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => Reach(() => table.CleanupDefunctSiloEntries(beforeDate));

    public Task<MembershipTableData> ReadRow(SiloAddress key) => Reach(() => table.ReadRow(key));

    public Task<MembershipTableData> ReadAll() =>
        Reach(async () =>
        {
            if (BeforeRead is { } wait) await wait();
            return await table.ReadAll();
        });

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        Reach(async () =>
        {
            if (BeforeInsert is { } wait) await wait();
            return await table.InsertRow(entry, tableVersion);
        });

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        Reach(() => LostRaces-- > 0 ? Task.FromResult(false) : table.UpdateRow(entry, etag, tableVersion));

    public Task UpdateIAmAlive(MembershipEntry entry) => Reach(() => table.UpdateIAmAlive(entry));

    private T Reach<T>(Func<T> call)
        where T : Task =>
        IsCut ? throw new TimeoutException("the table cannot be reached") : call();
}
