namespace Orleans.Runtime;

/// <summary>Tells which silos make up the cluster. Thread-safe.</summary>
public interface IClusterMembershipService
{
    /// <summary>The newest membership known to this silo.</summary>
    ClusterMembershipSnapshot CurrentSnapshot { get; }

    /// <summary>
    /// The current membership, then each newer one; a slow reader skips over intermediate ones. Ends when the silo has stopped.
    /// Any number of readers.
    /// </summary>
    IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates { get; }

    /// <summary>Completes when the known membership is at least of this version, or was read anew where none is given.</summary>
    ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default);

    /// <summary>Declares a silo dead; false where that was not possible.</summary>
    Task<bool> TryKill(SiloAddress siloAddress);
}
