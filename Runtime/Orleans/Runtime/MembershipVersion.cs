using System.Globalization;

namespace Orleans.Runtime;

/// <summary>Numbers the states of the cluster's membership; a greater one is newer.</summary>
[Immutable]
public readonly struct MembershipVersion : IComparable<MembershipVersion>, IEquatable<MembershipVersion>
{
    /// <summary>The version of this number.</summary>
    public MembershipVersion(long version) => Value = version;

    /// <summary>Older than any other.</summary>
    public static MembershipVersion MinValue => new(long.MinValue);

    /// <summary>The number.</summary>
    public long Value { get; init; }

    /// <inheritdoc/>
    public int CompareTo(MembershipVersion other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public bool Equals(MembershipVersion other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MembershipVersion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The number as text.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether they are equal.</summary>
    public static bool operator ==(MembershipVersion left, MembershipVersion right) => left.Value == right.Value;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(MembershipVersion left, MembershipVersion right) => left.Value != right.Value;

    /// <summary>Whether the left is not older.</summary>
    public static bool operator >=(MembershipVersion left, MembershipVersion right) => left.Value >= right.Value;

    /// <summary>Whether the left is not newer.</summary>
    public static bool operator <=(MembershipVersion left, MembershipVersion right) => left.Value <= right.Value;

    /// <summary>Whether the left is newer.</summary>
    public static bool operator >(MembershipVersion left, MembershipVersion right) => left.Value > right.Value;

    /// <summary>Whether the left is older.</summary>
    public static bool operator <(MembershipVersion left, MembershipVersion right) => left.Value < right.Value;
}
