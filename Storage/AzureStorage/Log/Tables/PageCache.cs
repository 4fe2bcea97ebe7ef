using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Log.Tables;

/// <summary>
/// Parts of tables and packs, which never change once they are written, in pages of 256 KiB, the last used up to a limit: runs
/// that are woken together lie side by side, and one request reads many. Thread-safe.
/// </summary>
internal sealed class PageCache(Blobs blobs)
{
    private const int PageLength = 256 << 10;
    private const int Limit = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Blob, long Page), LinkedListNode<Page>> _pages = [];
    private readonly LinkedList<Page> _order = [];

    /// <exception cref="BlobGone">The blob is not there any more: the manifest that named it is of the past.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(string blob, long offset, int length)
    {
        if (length == 0) return default;
        var (first, last) = (offset / PageLength, (offset + length - 1) / PageLength);
        if (first == last)
        {
            var page = await PageAsync(blob, first).ConfigureAwait(false);
            return Slice(page, (int)(offset - (first * PageLength)), length);
        }

        var bytes = new byte[length];
        if (last - first > 8)
        {
            // Too much to be kept.
            var part = await blobs.ReadAsync(blob, CancellationToken.None, offset, length).ConfigureAwait(false);
            return part is null or { IsNothing: true } ? throw new BlobGone(blob) : Slice(part.Content, 0, length);
        }

        for (var number = first; number <= last; number++)
        {
            var page = await PageAsync(blob, number).ConfigureAwait(false);
            var begin = Math.Max(offset, number * PageLength);
            var end = Math.Min(offset + length, (number + 1) * PageLength);
            Slice(page, (int)(begin - (number * PageLength)), (int)(end - begin)).CopyTo(bytes.AsMemory((int)(begin - offset)));
        }

        return bytes;
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> bytes, int offset, int length) =>
        offset + length <= bytes.Length ? bytes.Slice(offset, length) : throw Coding.ByteReader.Damaged("a table or pack");

    private Task<ReadOnlyMemory<byte>> PageAsync(string blob, long number)
    {
        lock (_gate)
        {
            if (_pages.TryGetValue((blob, number), out var node))
            {
                _order.Remove(node);
                _order.AddLast(node);
                if (!node.Value.Content.IsFaulted) return node.Value.Content;
                _pages.Remove((blob, number));
                _order.Remove(node);
            }

            while (_pages.Count >= Limit)
            {
                _pages.Remove(_order.First!.Value.Key);
                _order.RemoveFirst();
            }

            var page = new Page((blob, number), LoadAsync(blob, number));
            _pages[(blob, number)] = _order.AddLast(page);
            return page.Content;
        }
    }

    private async Task<ReadOnlyMemory<byte>> LoadAsync(string blob, long number)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var part = await blobs.ReadAsync(blob, CancellationToken.None, number * PageLength, PageLength).ConfigureAwait(false);
        return part is null or { IsNothing: true } ? throw new BlobGone(blob) : part.Content;
    }

    private sealed record Page((string Blob, long Number) Key, Task<ReadOnlyMemory<byte>> Content);
}

/// <summary>A blob that a manifest names is not there: a newer manifest is, or it is damage.</summary>
internal sealed class BlobGone(string blob) : Exception($"The blob {blob} is not there.");
