using System.Diagnostics.CodeAnalysis;
using Azure;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>Which writing of a blob was read or made.</summary>
/// <param name="Tag">The tag that the service gave it.</param>
/// <param name="Content">The blob that holds its content, where that is too large to be beside it.</param>
internal readonly record struct BlobVersion(ETag Tag, string? Content = null)
{
    /// <summary>Both in one text, for callers that keep it.</summary>
    public override string ToString() => Content is null ? Tag.ToString("H") : $"{Tag.ToString("H")} {Content}";

    [return: NotNullIfNotNull(nameof(text))]
    public static BlobVersion? Parse(string? text)
    {
        if (text is null) return null;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? new BlobVersion(new ETag(text)) : new BlobVersion(new ETag(text[..space]), text[(space + 1)..]);
    }
}
