namespace Orleans.Runtime;

/// <summary>Where an activation of a grain is.</summary>
[Immutable]
public sealed class GrainAddress : IEquatable<GrainAddress>
{
    /// <summary>The grain.</summary>
    public GrainId GrainId { get; init; }

    /// <summary>The activation.</summary>
    public ActivationId ActivationId { get; init; }

    /// <summary>The silo.</summary>
    public SiloAddress? SiloAddress { get; init; }

    /// <summary>The membership version that was known when the activation was made.</summary>
    public MembershipVersion MembershipVersion { get; init; } = MembershipVersion.MinValue;

    /// <summary>Whether grain, activation and silo are all set.</summary>
    public bool IsComplete => !GrainId.IsDefault && !ActivationId.IsDefault && SiloAddress is not null;

    /// <inheritdoc/>
    public bool Equals(GrainAddress? other) =>
        other is not null && GrainId == other.GrainId && ActivationId == other.ActivationId
        && MembershipVersion == other.MembershipVersion && Equals(SiloAddress, other.SiloAddress);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SiloAddress, GrainId, ActivationId);

    /// <summary>The address on one line.</summary>
    public override string ToString() => $"[GrainAddress {GrainId} {ActivationId} on {SiloAddress}]";
}
