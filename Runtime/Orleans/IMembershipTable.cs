using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// The durable table of a cluster's silos. Thread-safe; shared by all silos. All writes but signs of life are conditional on the
/// table's version, so the table has one history that every silo sees in the same order.
/// </summary>
public interface IMembershipTable
{
    /// <summary>Called once before all else. With true, the table and its version are made where they are missing.</summary>
    Task InitializeMembershipTable(bool tryInitTableVersion);

    /// <summary>Removes all rows of a cluster.</summary>
    Task DeleteMembershipTableEntries(string clusterId);

    /// <summary>Removes rows of silos that are not active and whose last sign of life is older than this.</summary>
    Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate);

    /// <summary>Reads one row and the table's version together; no row where there is none.</summary>
    Task<MembershipTableData> ReadRow(SiloAddress key);

    /// <summary>Reads all rows and the table's version together.</summary>
    Task<MembershipTableData> ReadAll();

    /// <summary>
    /// Adds a row and moves the table to this version, both or neither. False where the silo has a row already or the version's
    /// tag is no longer the table's.
    /// </summary>
    Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion);

    /// <summary>
    /// Replaces a row and moves the table to this version, both or neither. False where there is no such row, or its tag or the
    /// version's tag is no longer the table's.
    /// </summary>
    Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion);

    /// <summary>
    /// Writes <see cref="MembershipEntry.IAmAliveTime"/> of a row and nothing else, whatever the row's tag is; the table's
    /// version stays. Nothing happens where there is no such row.
    /// </summary>
    Task UpdateIAmAlive(MembershipEntry entry);
}
