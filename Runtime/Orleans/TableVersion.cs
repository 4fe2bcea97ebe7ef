namespace Orleans;

/// <summary>The version of the membership table, and what a conditional write of it must still find there. Immutable.</summary>
[GenerateSerializer, Immutable]
public sealed class TableVersion : ISpanFormattable, IEquatable<TableVersion>
{
    /// <summary>A version and its tag.</summary>
    public TableVersion(int version, string eTag)
    {
        Version = version;
        VersionEtag = eTag;
    }

    /// <summary>The number; each change of the table raises it by one, a sign of life does not.</summary>
    [Id(0)]
    public int Version { get; }

    /// <summary>The tag that the store gave this version; opaque.</summary>
    [Id(1)]
    public string VersionEtag { get; }

    /// <summary>The version that a write on top of this one makes: the next number, conditional on this tag.</summary>
    public TableVersion Next() => new(Version + 1, VersionEtag);

    /// <inheritdoc/>
    public bool Equals(TableVersion? other) =>
        other is not null && Version == other.Version && VersionEtag == other.VersionEtag;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TableVersion);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, VersionEtag);

    /// <summary>Number and tag.</summary>
    public override string ToString() => $"<{Version}, {VersionEtag}>";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"<{Version}, {VersionEtag}>", out charsWritten);

    /// <summary>Whether they are equal.</summary>
    public static bool operator ==(TableVersion? left, TableVersion? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(TableVersion? left, TableVersion? right) => !(left == right);
}
