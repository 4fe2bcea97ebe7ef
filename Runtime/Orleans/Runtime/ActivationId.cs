using System.Globalization;

namespace Orleans.Runtime;

/// <summary>Tells one activation of a grain from another.</summary>
[Immutable]
public readonly struct ActivationId : IEquatable<ActivationId>
{
    private readonly Guid _key;

    /// <summary>The activation id with this value.</summary>
    public ActivationId(Guid key) => _key = key;

    /// <summary>Whether this is no id.</summary>
    public bool IsDefault => _key == Guid.Empty;

    /// <summary>A new id.</summary>
    public static ActivationId NewId() => new(Guid.NewGuid());

    /// <summary>Reads what <see cref="ToParsableString"/> wrote.</summary>
    public static ActivationId FromParsableString(string activationId)
    {
        ArgumentNullException.ThrowIfNull(activationId);
        return activationId is ['@', ..] && Guid.TryParseExact(activationId.AsSpan(1), "N", out var key)
            ? new(key)
            : throw new FormatException($"'{activationId}' is no activation id.");
    }

    /// <summary>The id as text.</summary>
    public string ToParsableString() => ToString();

    /// <inheritdoc/>
    public bool Equals(ActivationId other) => _key == other._key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ActivationId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode();

    /// <summary>The id as text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"@{_key:N}");

    /// <summary>Whether they are equal.</summary>
    public static bool operator ==(ActivationId left, ActivationId right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(ActivationId left, ActivationId right) => !left.Equals(right);
}
