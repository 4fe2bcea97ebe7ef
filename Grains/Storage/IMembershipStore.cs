namespace Orchestration.Grains.Storage;

/// <summary>
/// Where the silos of clusters are listed, a table for each cluster id. Thread-safe; shared by all silos. A table's version
/// begins
/// at 0, is raised by one with each conditional write, and never goes back; of writes that expect the same version exactly one is
/// carried out, so that all silos see one order of changes.
/// </summary>
/// <remarks>
/// A write whose call fails with <see cref="StoreUnavailable"/> may have been carried out: its caller reads what is there.
/// Cluster ids have 1 to 150 characters (<see cref="StoreRequests.CheckCluster"/>).
/// </remarks>
public interface IMembershipStore
{
    /// <summary>Reads all members and the table's version together. A cluster that was never written has version 0.</summary>
    ValueTask<MembershipRows> ReadAsync(string cluster, CancellationToken cancellationToken = default);

    /// <summary>Reads one member, if it is there, and the table's version together.</summary>
    ValueTask<MembershipRows> ReadAsync(string cluster, string silo, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds a member and raises the version, both or neither: on the condition that the table still has that version and
    /// lists no such silo. <see cref="MemberRow.ETag"/> is not looked at.
    /// </summary>
    /// <returns>Whether the condition held.</returns>
    ValueTask<bool> InsertAsync(string cluster, MemberRow row, long version, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces a member and raises the version, both or neither: on the condition that the table still has that version and
    /// the member still has the row's <see cref="MemberRow.ETag"/>.
    /// </summary>
    /// <returns>Whether the condition held.</returns>
    ValueTask<bool> UpdateAsync(string cluster, MemberRow row, long version, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes a member's sign of life and nothing else, unconditionally: version and tag stay. Nothing happens where the silo is
    /// not listed.
    /// </summary>
    ValueTask BeatAsync(
        string cluster, string silo, DateTimeOffset aliveAt, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the members in any other state than <paramref name="exceptStatus"/> whose last sign of life is older; the version
    /// stays.
    /// </summary>
    /// <returns>How many were removed.</returns>
    ValueTask<int> PurgeAsync(
        string cluster, DateTimeOffset before, int exceptStatus, CancellationToken cancellationToken = default);

    /// <summary>Removes all members of a cluster. The version is raised, so that no write from before it can apply.</summary>
    ValueTask ClearAsync(string cluster, CancellationToken cancellationToken = default);
}
