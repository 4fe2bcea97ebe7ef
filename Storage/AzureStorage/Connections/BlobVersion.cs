using System.Diagnostics.CodeAnalysis;
using Azure;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>Which writing of a blob was read or made.</summary>
/// <param name="Tag">The tag that the service gave it.</param>
/// <param name="Content">The blob that holds its content, where that is too large to be beside it.</param>
/// <param name="Writing">Which writing of that blob it is, where that is counted.</param>
internal readonly record struct BlobVersion(ETag Tag, string? Content = null, BlobWriting? Writing = null)
{
    private const string None = "-";

    /// <summary>All of it in one text, for callers that keep it.</summary>
    public override string ToString() => $"{Tag.ToString("H")} {Content ?? None} {Writing?.ToString() ?? None}";

    [return: NotNullIfNotNull(nameof(text))]
    public static BlobVersion? Parse(string? text)
    {
        if (text is null) return null;
        var parts = text.Split(' ');
        return new BlobVersion(
            new ETag(parts[0]), parts.Length > 1 && parts[1] != None ? parts[1] : null,
            parts.Length > 2 ? BlobWriting.Parse(parts[2]) : null);
    }
}
