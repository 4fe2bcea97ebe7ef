namespace Orleans.Runtime;

/// <summary>The name of a grain class; the first half of a <see cref="GrainId"/>.</summary>
[Immutable]
public readonly struct GrainType : IEquatable<GrainType>, IComparable<GrainType>
{
    private readonly IdSpan _value;

    /// <summary>The type of this name.</summary>
    public GrainType(IdSpan id) => _value = id;

    /// <summary>The type of this name in UTF-8.</summary>
    public GrainType(byte[] value) => _value = new IdSpan(value);

    /// <summary>The name.</summary>
    public IdSpan Value => _value;

    /// <summary>Whether there is no name.</summary>
    public bool IsDefault => _value.IsDefault;

    /// <summary>The type of this name.</summary>
    public static GrainType Create(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new(IdSpan.Create(value));
    }

    /// <summary>The name in UTF-8.</summary>
    public ReadOnlySpan<byte> AsSpan() => _value.AsSpan();

    /// <summary>A hash that is the same in every process.</summary>
    public uint GetUniformHashCode() => _value.GetUniformHashCode();

    /// <inheritdoc/>
    public bool Equals(GrainType obj) => _value.Equals(obj._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>Orders by name.</summary>
    public int CompareTo(GrainType other) => _value.CompareTo(other._value);

    /// <summary>The name.</summary>
    public override string ToString() => _value.ToString();

    /// <summary>Whether the names are equal.</summary>
    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

    /// <summary>Whether the names differ.</summary>
    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);
}
