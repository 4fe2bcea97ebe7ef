using Azure;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>Makes segments.</summary>
internal static class Segments
{
    /// <summary>
    /// Makes a segment, with a first block that holds nothing: whoever reads it learns its tag and its blocks, as of any other,
    /// and it never has as many blocks as a copy of it in one piece.
    /// </summary>
    /// <returns>Its tag; null where an answer was lost.</returns>
    public static async Task<ETag?> CreateAsync(Blobs blobs, string name, CancellationToken cancellationToken)
    {
        await blobs.CreateAppendAsync(name, cancellationToken).ConfigureAwait(false);
        var made = await blobs.AppendAsync(name, LogBlock.Of(Guid.NewGuid(), []), 0, cancellationToken).ConfigureAwait(false);
        return made.Outcome == BlockOutcome.Appended ? made.Tag : null;
    }
}
