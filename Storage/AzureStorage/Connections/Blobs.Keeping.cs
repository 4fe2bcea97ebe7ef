using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>
/// Blobs that are written as a whole, and again. A point-in-time restore of an account puts block blobs back to what they were,
/// and leaves append blobs as they are: so these are append blobs too, lest a part of the data set be older than the rest. An
/// append blob cannot be given content and a condition in one request; its metadata can. What is too large for them is in a blob
/// of its own, written before, which the metadata name.
/// </summary>
internal sealed partial class Blobs
{
    private const string ContentName = "c";
    internal const string LargeName = "b";
    internal const string WritingName = "v";
    private const string OwnerName = "o";

    /// <summary>What the names of contents begin with that are blobs of their own.</summary>
    public const string Contents = "contents/";

    // The service takes 8 KiB of metadata, which are text.
    private const int LargestBeside = 4 << 10;

    private const int Chunk = 3 << 20;

    /// <summary>
    /// Whether what is kept is in append blobs. Data sets of the first layout have it in block blobs, and go on so: a blob does
    /// not change its type.
    /// </summary>
    public bool KeepsInAppendBlobs { get; set; } = true;

    /// <summary>
    /// Writes a blob as a whole, on the condition that there is none (<paramref name="onlyNew"/>), that it is still of the
    /// version, or on none. One request, unless the content is large.
    /// </summary>
    /// <param name="name">The blob.</param>
    /// <param name="content">All of it.</param>
    /// <param name="cancellationToken">Gives up; the write may still happen.</param>
    /// <param name="ifMatch">The version that it replaces.</param>
    /// <param name="onlyNew">It must not be there yet.</param>
    /// <param name="metadata">What lists are to show of it.</param>
    /// <param name="largeUnder">What the name of a blob for large content begins with.</param>
    /// <returns>Its new version; null where the condition did not hold.</returns>
    /// <exception cref="StoreUnavailable">
    /// It did not hold since a copy stands in the blob's place; or the service does not answer.
    /// </exception>
    public async Task<BlobVersion?> KeepAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken, BlobVersion? ifMatch = null,
        bool onlyNew = false, IDictionary<string, string>? metadata = null, string largeUnder = Contents)
    {
        if (!KeepsInAppendBlobs)
        {
            var put = await PutAsync(name, content, cancellationToken, ifMatch?.Tag, onlyNew, metadata).ConfigureAwait(false);
            return put is { } block ? new BlobVersion(block) : null;
        }

        var kept = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        BlobWriting? writing = onlyNew || ifMatch is not null ? ifMatch?.Writing?.Next() ?? BlobWriting.First() : null;
        if (writing is { } which) kept[WritingName] = which.ToString();
        string? large = null;
        if (content.Length > LargestBeside)
        {
            kept[LargeName] = large = $"{largeUnder}{Guid.NewGuid():N}";
            await WriteOnceAsync(large, content, cancellationToken, owner: name).ConfigureAwait(false);
        }
        else if (content.Length > 0)
        {
            kept[ContentName] = Convert.ToBase64String(content.Span);
        }

        var tag = await WriteAsync(name, kept, ifMatch?.Tag, onlyNew, CreateAsync, cancellationToken).ConfigureAwait(false);
        if (tag is null && large is not null) await DropAsync(large, cancellationToken).ConfigureAwait(false);
        if (tag is null && ifMatch is { } known) await CheckAsync(name, known, cancellationToken).ConfigureAwait(false);
        if (tag is null) return null;
        if (ifMatch?.Content is { } old) await DropAsync(old, cancellationToken).ConfigureAwait(false);
        return new BlobVersion(tag.Value, large, writing);

        async Task<ETag> CreateAsync(IDictionary<string, string> all, BlobRequestConditions conditions, CancellationToken token)
        {
            var info = await _container.GetAppendBlobClient(name).CreateAsync(
                new AppendBlobCreateOptions
                {
                    Metadata = all,
                    Conditions = new AppendBlobRequestConditions
                    {
                        IfMatch = conditions.IfMatch, IfNoneMatch = conditions.IfNoneMatch,
                    },
                },
                token).ConfigureAwait(false);
            return info.Value.ETag;
        }
    }

    /// <summary>Removes a kept blob that is still of a version.</summary>
    /// <returns>Whether it was removed.</returns>
    public async Task<bool> RemoveAsync(string name, BlobVersion version, CancellationToken cancellationToken)
    {
        if (!await DeleteAsync(name, cancellationToken, version.Tag).ConfigureAwait(false))
        {
            await CheckAsync(name, version, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (version.Content is { } content) await DropAsync(content, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// Writes a blob whose name is that of one content for ever, so that it may be repeated. It is whole only once this has
    /// returned: whatever names it is written after it.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">All of it.</param>
    /// <param name="cancellationToken">Gives up; the write may still happen.</param>
    /// <param name="owner">The blob that is to name it, by which it is known whether it is in use.</param>
    public async Task WriteOnceAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken, string? owner = null)
    {
        if (!KeepsInAppendBlobs)
        {
            await PutAsync(name, content, cancellationToken).ConfigureAwait(false);
            return;
        }

        var metadata = owner is null ? null : new Dictionary<string, string> { [OwnerName] = Names.ToMetadata(owner) };
        await CreateAppendAsync(name, cancellationToken, metadata).ConfigureAwait(false);
        for (var at = 0; at < content.Length; at += Chunk)
        {
            var chunk = content.Slice(at, Math.Min(Chunk, content.Length - at));
            var result = await AppendAsync(name, chunk, at, cancellationToken).ConfigureAwait(false);
            if (result.Outcome == BlockOutcome.Appended) continue;

            // An earlier try has written it, in the same pieces; or the blob was removed underneath.
            var there = await GetAsync(name, cancellationToken, at, 1).ConfigureAwait(false);
            if (there is null or { IsNothing: true } || there.Total < at + chunk.Length)
                throw new StoreUnavailable($"{Where}: {name} was removed while it was written; the outcome is unknown.");
        }
    }

    /// <summary>The blob that is to name a content, by the content's metadata; null where they do not say.</summary>
    public static string? OwnerOf(IDictionary<string, string> metadata) =>
        metadata.ContainsKey(OwnerName) ? Names.FromMetadata(metadata, OwnerName) : null;

    /// <summary>Which writing of a kept blob is there; null where there is none.</summary>
    public async Task<BlobVersion?> VersionAsync(string name, CancellationToken cancellationToken) =>
        (await GetAsync(name, cancellationToken).ConfigureAwait(false))?.Version;

    /// <summary>Reads a blob, or part of it; null where there is none, or nothing from that place on.</summary>
    public async Task<BlobPart?> ReadAsync(
        string name, CancellationToken cancellationToken, long offset = 0, long? length = null)
    {
        ETag? before = null;
        while (true)
        {
            var part = await GetAsync(name, cancellationToken, offset, length).ConfigureAwait(false);
            if (part is null) return null;
            if (part.Metadata.TryGetValue(ContentName, out var beside))
                return part with { Content = Convert.FromBase64String(beside) };
            if (part.Version.Content is not { } large) return part;
            if (await GetAsync(large, cancellationToken).ConfigureAwait(false) is { } content)
                return part with { Content = content.Content };

            // It was replaced between the two requests, and what it named removed.
            if (before == part.Tag) throw ByteReader.Damaged($"the blob {name}, whose content {large} is missing,");
            before = part.Tag;
        }
    }

    /// <summary>
    /// Looks at why a write did not fit: somebody else's write is a later one; one that is not later than what is known, and not
    /// the same, is a copy.
    /// </summary>
    private async Task CheckAsync(string name, BlobVersion known, CancellationToken cancellationToken)
    {
        if (known.Writing is not { } mine) return;
        var there = await VersionAsync(name, cancellationToken).ConfigureAwait(false);
        if (there?.Writing is not { } now || now.Line != mine.Line) return;
        if (now.Number < mine.Number || (now.Number == mine.Number && there.Value.Tag != known.Tag))
            throw Replaced($"the blob {name} is not the one that this silo knows");
    }

    /// <summary>
    /// Removes what nobody names any more. The write that has replaced it stands, and does not fail for this: at worst a blob
    /// without use stays behind.
    /// </summary>
    private async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailable)
        {
            // As it says above.
        }
    }
}
