using Azure;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// What a log has besides its segments, as of a place in it: the tables, newest first, and the packs. One blob, conditionally
/// written: whoever flushes makes all of it count at once, or nothing.
/// </summary>
internal sealed record Manifest(
    long Version, LogPlace Checkpoint, Guid Segment, IReadOnlyList<TableFile> Tables, IReadOnlyList<PackFile> Packs)
{
    private const byte Format = 2;
    private const byte WithoutEnds = 1;

    /// <summary>The blob's tag, as it was read or written.</summary>
    public ETag Tag { get; init; }

    /// <summary>
    /// Whether the tables list what ended when. Those of logs that were begun by a version without such lists do not, and never
    /// will: a list of ends then reads that of starts.
    /// </summary>
    public bool HasEnds { get; init; }

    /// <summary>What was noted of the segment at the checkpoint; null where nothing was, or of another incarnation.</summary>
    public SegmentNote? Note { get; init; }

    /// <summary>Reads the manifest; makes the log where there is none.</summary>
    public static async Task<Manifest> OpenAsync(Blobs blobs, LogNames names, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync(blobs, names, cancellationToken).ConfigureAwait(false) is { } manifest) return manifest;
            await LogGate.RefuseRestAsync(blobs, names, cancellationToken).ConfigureAwait(false);

            // The segment comes first, under a name of its own: if another silo's manifest is first, it is nobody's.
            var segment = Guid.NewGuid();
            await Segments.CreateAsync(blobs, names.Segment(1, segment), cancellationToken).ConfigureAwait(false);
            await blobs.PutAsync(names.FlushLease, default, cancellationToken, onlyNew: true).ConfigureAwait(false);
            var first = new Manifest(1, new LogPlace(1, 0), segment, [], []) { HasEnds = true };
            if (await blobs.PutAsync(names.Manifest, first.ToBytes(), cancellationToken, onlyNew: true).ConfigureAwait(false)
                is null) await blobs.DeleteAsync(names.Segment(1, segment), cancellationToken).ConfigureAwait(false);
        }
    }

    public static async Task<Manifest?> ReadAsync(Blobs blobs, LogNames names, CancellationToken cancellationToken)
    {
        var part = await blobs.ReadAsync(names.Manifest, cancellationToken).ConfigureAwait(false);
        if (part is null) return null;
        var manifest = Read(part);
        return manifest.Note is { } note && note.Incarnation != blobs.Incarnation ? manifest with { Note = null } : manifest;
    }

    /// <summary>Writes it in the place of the one it was made from; null where somebody else was first.</summary>
    public async Task<Manifest?> SaveAsync(Blobs blobs, LogNames names, CancellationToken cancellationToken)
    {
        var tag = await blobs.PutAsync(names.Manifest, ToBytes(), cancellationToken, Tag).ConfigureAwait(false);
        return tag is { } written ? this with { Tag = written } : null;
    }

    private static Manifest Read(BlobPart part)
    {
        var reader = new ByteReader(part.Content.Span);
        var format = reader.Byte();
        if (format > Format)
            throw new StoreRefused(FaultCodes.StoreTooNew, $"A log's manifest has format {format}; this version reads {Format}.");
        var (version, checkpoint) = (reader.Number(), new LogPlace(reader.Number(), reader.Number()));
        var segment = reader.Guid();
        var tables = new TableFile[reader.Count()];
        for (var i = 0; i < tables.Length; i++)
            tables[i] = new TableFile(reader.Guid(), reader.Number(), reader.Number(), reader.Number());
        var packs = new PackFile[reader.Count()];
        for (var i = 0; i < packs.Length; i++) packs[i] = new PackFile(reader.Guid(), reader.Number(), reader.Number());
        return new Manifest(version, checkpoint, segment, tables, packs)
        {
            Tag = part.Tag, HasEnds = format > WithoutEnds, Note = SegmentNote.Read(ref reader),
        };
    }

    private byte[] ToBytes()
    {
        var writer = new ByteWriter().Byte(HasEnds ? Format : WithoutEnds).Number(Version).Number(Checkpoint.Segment)
            .Number(Checkpoint.Offset).Guid(Segment).Number(Tables.Count);
        foreach (var table in Tables)
            writer.Guid(table.Id).Number(table.Length).Number(table.IndexOffset).Number(table.Entries);
        writer.Number(Packs.Count);
        foreach (var pack in Packs) writer.Guid(pack.Id).Number(pack.Length).Number(pack.Live);
        Note?.WriteTo(writer); // versions that do not know it read up to here
        return writer.ToArray();
    }
}

/// <summary>A table.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="IndexOffset">Where its index begins.</param>
/// <param name="Entries">How many entries it has.</param>
internal readonly record struct TableFile(Guid Id, long Length, long IndexOffset, long Entries);

/// <summary>A pack.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Live">How many of them runs still refer to.</param>
internal readonly record struct PackFile(Guid Id, long Length, long Live);
