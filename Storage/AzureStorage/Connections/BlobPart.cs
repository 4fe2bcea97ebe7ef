using Azure;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>What was read of a blob.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="Tag">The blob's tag at that moment.</param>
/// <param name="Total">How long the whole blob is.</param>
/// <param name="Blocks">How many blocks it has, of an append blob.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Origin">Where it comes from.</param>
internal sealed record BlobPart(
    ReadOnlyMemory<byte> Content, ETag Tag, long Total, int Blocks, IDictionary<string, string> Metadata, BlobOrigin Origin)
{
    /// <summary>The blob is there, but ends before the place that was asked for.</summary>
    public static BlobPart Nothing { get; } = new(
        default, default, -1, 0, new Dictionary<string, string>(), default);

    /// <summary>Which writing of the blob it is.</summary>
    public BlobVersion Version => new(
        Tag, Metadata.TryGetValue(Blobs.LargeName, out var large) ? large : null,
        BlobWriting.Parse(Metadata.TryGetValue(Blobs.WritingName, out var writing) ? writing : null));

    public bool IsNothing => ReferenceEquals(this, Nothing);
}
