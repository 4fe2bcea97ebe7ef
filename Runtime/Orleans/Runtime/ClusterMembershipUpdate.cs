using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>A snapshot and what changed to reach it. Immutable.</summary>
[Immutable]
public sealed class ClusterMembershipUpdate
{
    /// <summary>The update with these changes.</summary>
    public ClusterMembershipUpdate(ClusterMembershipSnapshot snapshot, ImmutableArray<ClusterMember> changes)
    {
        Snapshot = snapshot;
        Changes = changes;
    }

    /// <summary>The silos that came, changed or went.</summary>
    public ImmutableArray<ClusterMember> Changes { get; }

    /// <summary>Whether anything changed.</summary>
    public bool HasChanges => !Changes.IsDefaultOrEmpty;

    /// <summary>The membership after the changes.</summary>
    public ClusterMembershipSnapshot Snapshot { get; }
}
