using System.Globalization;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>
/// The how many-eth writing of a blob it is, each of which replaced the one before. A silo whose write does not fit, and which
/// finds no later one there than it knows, finds a copy.
/// </summary>
/// <param name="Line">Drawn by the write that began; who removes the blob and makes it anew draws another.</param>
/// <param name="Number">From 1.</param>
internal readonly record struct BlobWriting(Guid Line, long Number)
{
    public static BlobWriting First() => new(Guid.NewGuid(), 1);

    public BlobWriting Next() => this with { Number = Number + 1 };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line:N}.{Number}");

    /// <summary>Null where it is none.</summary>
    public static BlobWriting? Parse(string? text)
    {
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot > 0 && Guid.TryParseExact(text.AsSpan(0, dot), "N", out var line)
            && long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new BlobWriting(line, number) : null;
    }
}
