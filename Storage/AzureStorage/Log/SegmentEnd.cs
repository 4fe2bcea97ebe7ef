using Azure;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// What is known of a segment where it was read up to. By it a copy that was put in its place is told from the segment: the
/// service's tag while nothing is added, and where others have added to it, the origin, the count of its blocks (copy tools write
/// blocks of their own size) and the last bytes that are known.
/// </summary>
/// <param name="Place">Up to where it was read.</param>
internal sealed record SegmentEnd(LogPlace Place)
{
    // The whole of most blocks, with their ids.
    private const int LongestTail = 4 << 10;

    /// <summary>The segment's tag as it ended there; null where it did not end there, or the tag is not known.</summary>
    public ETag? Tag { get; init; }

    /// <summary>How many blocks are before the place.</summary>
    public int? Blocks { get; init; }

    public BlobOrigin? Origin { get; init; }

    /// <summary>The last bytes before the place.</summary>
    public ReadOnlyMemory<byte> Tail { get; init; }

    /// <summary>What of the last block is kept.</summary>
    public static ReadOnlyMemory<byte> TailOf(ReadOnlyMemory<byte> block) =>
        block.Length <= LongestTail ? block : block[^LongestTail..];

    /// <summary>Whether what was read, from the tail on, is for certain not of the same segment.</summary>
    /// <param name="part">What was read.</param>
    /// <param name="added">How many blocks it has after the place, where it reaches to the segment's end.</param>
    public bool IsNot(BlobPart part, int? added) =>
        (Origin is { } origin && origin.IsNot(part.Origin))
        || !part.Content.Span.StartsWith(Tail.Span)
        || (added is { } more && Blocks is { } blocks && blocks + more != part.Blocks)
        || (added == 0 && Tag is { } tag && tag != part.Tag);
}
