using System.Text;
using Orchestration.Runtime.References;

namespace Orleans.Runtime;

/// <summary>Bytes of an id, with their hash. Immutable.</summary>
[Immutable]
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly byte[]? _value;
    private readonly int _hash;

    /// <summary>The id of these bytes, which must not be changed afterwards.</summary>
    public IdSpan(byte[] value)
    {
        _value = value;
        _hash = (int)XxHash32.Compute(value);
    }

    private IdSpan(byte[]? value, int hash)
    {
        _value = value;
        _hash = hash;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value => _value;

    /// <summary>Whether there are none.</summary>
    public bool IsDefault => _value is null || _value.Length == 0;

    /// <summary>The id of the text's UTF-8 bytes.</summary>
    public static IdSpan Create(string id) => new(Encoding.UTF8.GetBytes(id));

    /// <summary>An id whose hash is known already.</summary>
    public static IdSpan UnsafeCreate(byte[]? value, int hashCode) => new(value, hashCode);

    /// <summary>The bytes themselves, not to be changed.</summary>
    public static byte[]? UnsafeGetArray(IdSpan id) => id._value;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> AsSpan() => _value;

    /// <summary>A hash that is the same in every process.</summary>
    public uint GetUniformHashCode() => unchecked((uint)_hash);

    /// <inheritdoc/>
    public bool Equals(IdSpan obj) => _value == obj._value || (_hash == obj._hash && _value.AsSpan().SequenceEqual(obj._value));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>Orders by bytes.</summary>
    public int CompareTo(IdSpan other) => _value.AsSpan().SequenceCompareTo(other._value);

    /// <summary>The bytes read as UTF-8.</summary>
    public override string ToString() => _value is null ? "" : Encoding.UTF8.GetString(_value);

    /// <summary>Whether the bytes are equal.</summary>
    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);
}
