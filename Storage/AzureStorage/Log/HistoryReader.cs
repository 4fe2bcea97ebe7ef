using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Log.Memory;
using Orchestration.Storage.AzureStorage.Log.Tables;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// Reads histories as they were when the log's lock was held: the part in packs, then the part that the log alone has.
/// </summary>
/// <param name="Extents">Where the packed part is.</param>
/// <param name="Turns">The turns after it.</param>
internal sealed record HistoryView(IReadOnlyList<Extent> Extents, MemTurn[] Turns)
{
    /// <summary>Of a complete run, under the log's lock.</summary>
    public static HistoryView Of(MemRun run) => new(run.Extents, [.. run.Turns]);
}

internal sealed class HistoryReader(Blobs blobs, PageCache pages, LogNames names)
{
    private const int Window = 256 << 10;

    /// <exception cref="BlobGone">A pack is not there any more.</exception>
    public async Task<(HistoryPage Page, HistoryCursor? Next)> ReadAsync(
        HistoryView view, long from, int maximumBytes, HistoryCursor? cursor)
    {
        var batches = new List<HistoryBatch>();
        long bytes = 0;
        var place = cursor is not null && cursor.First == from ? cursor : null;
        for (var i = place?.Extent ?? 0; i < view.Extents.Count; i++)
        {
            var extent = view.Extents[i];
            if (extent.Last < from) continue;
            var offset = place is not null && place.Extent == i ? place.Offset : 0;
            while (offset < extent.Length)
            {
                var (turn, length) = await TurnAsync(extent, offset).ConfigureAwait(false);
                if (turn.Last >= from)
                {
                    var batch = await BatchAsync(turn).ConfigureAwait(false);
                    if (batches.Count > 0 && bytes + batch.Body.Length > maximumBytes)
                        return (new HistoryPage(batches, turn.First), new HistoryCursor(turn.First, i, offset));
                    bytes += batch.Body.Length;
                    batches.Add(batch);
                }

                offset += length;
            }
        }

        foreach (var (turn, _) in view.Turns)
        {
            if (turn.Last < from) continue;
            var batch = await BatchAsync(turn).ConfigureAwait(false);
            if (batches.Count > 0 && bytes + batch.Body.Length > maximumBytes)
                return (new HistoryPage(batches, turn.First), null);
            bytes += batch.Body.Length;
            batches.Add(batch);
        }

        return (new HistoryPage(batches, null), null);
    }

    /// <exception cref="BlobGone">A pack is not there any more.</exception>
    public async Task<HistoryBatch?> TailAsync(HistoryView view)
    {
        if (view.Turns.Length > 0) return await BatchAsync(view.Turns[^1].Turn).ConfigureAwait(false);
        if (view.Extents.Count == 0) return null;
        var last = view.Extents[^1];
        return await BatchAsync((await TurnAsync(last, last.LastTurn).ConfigureAwait(false)).Turn).ConfigureAwait(false);
    }

    /// <summary>The turn that begins with an event, wherever it is; null where none begins there.</summary>
    /// <exception cref="BlobGone">A pack is not there any more.</exception>
    public async Task<TurnId?> TurnIdAsync(HistoryView view, long first)
    {
        foreach (var (turn, _) in view.Turns)
            if (turn.First == first) return turn.Id;
        foreach (var extent in view.Extents)
        {
            if (first < extent.First || first > extent.Last) continue;
            for (var offset = 0; offset < extent.Length;)
            {
                var (turn, length) = await TurnAsync(extent, offset).ConfigureAwait(false);
                if (turn.First == first) return turn.Id;
                offset += length;
            }
        }

        return null;
    }

    /// <summary>The bytes of an extent.</summary>
    /// <exception cref="BlobGone">The pack is not there any more.</exception>
    public ValueTask<ReadOnlyMemory<byte>> BytesAsync(Extent extent) =>
        pages.ReadAsync(names.Pack(extent.Pack), extent.Offset, extent.Length);

    private async Task<(LogTurn Turn, int Length)> TurnAsync(Extent extent, int offset)
    {
        for (var window = Window; ; window *= 8)
        {
            var length = Math.Min(window, extent.Length - offset);
            var bytes = await pages.ReadAsync(names.Pack(extent.Pack), extent.Offset + offset, length).ConfigureAwait(false);
            if (TryRead(bytes, isWhole: length == extent.Length - offset) is { } read) return read;
        }
    }

    private static (LogTurn Turn, int Length)? TryRead(ReadOnlyMemory<byte> bytes, bool isWhole)
    {
        var reader = new ByteReader(bytes.Span);
        var length = (int)reader.Fixed32();
        if (4 + length > bytes.Length) return isWhole ? throw ByteReader.Damaged("a pack") : null;
        var turn = bytes.Slice(4, length);
        var inner = new ByteReader(turn.Span);
        return (LogTurn.Read(ref inner, turn), 4 + length);
    }

    private async Task<HistoryBatch> BatchAsync(LogTurn turn)
    {
        var body = turn.Body;
        if (turn.IsLarge)
            body = (await blobs.ReadAsync(turn.BodyName, CancellationToken.None).ConfigureAwait(false))?.Content
                ?? throw new BlobGone(turn.BodyName);
        return new HistoryBatch(turn.First, turn.Count, turn.Id, turn.Format, body);
    }
}
