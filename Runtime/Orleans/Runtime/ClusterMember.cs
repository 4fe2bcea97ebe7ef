namespace Orleans.Runtime;

/// <summary>A silo as the membership knows it.</summary>
[Immutable]
public sealed class ClusterMember : IEquatable<ClusterMember>
{
    /// <summary>A silo in this state.</summary>
    public ClusterMember(SiloAddress siloAddress, SiloStatus status, string name)
    {
        ArgumentNullException.ThrowIfNull(siloAddress);
        SiloAddress = siloAddress;
        Status = status;
        Name = name;
    }

    /// <summary>The silo.</summary>
    public SiloAddress SiloAddress { get; }

    /// <summary>Its state.</summary>
    public SiloStatus Status { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Equals(ClusterMember? other) =>
        other is not null && SiloAddress.Equals(other.SiloAddress) && Status == other.Status && Name == other.Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClusterMember);

    /// <inheritdoc/>
    public override int GetHashCode() => SiloAddress.GetHashCode();

    /// <summary>The silo on one line.</summary>
    public override string ToString() => $"{SiloAddress}/{Name}/{Status}";
}
