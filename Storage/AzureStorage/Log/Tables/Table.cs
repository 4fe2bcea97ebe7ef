using System.Runtime.CompilerServices;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Log.Tables;

/// <summary>A table that is read: its index and filter are in memory, its blocks are read as they are wanted.</summary>
internal sealed class Table
{
    private readonly PageCache _pages;
    private readonly string _blob;
    private readonly byte[][] _firsts;
    private readonly int[] _offsets;
    private readonly BloomFilter _filter;

    private Table(PageCache pages, string blob, TableFile file, ReadOnlySpan<byte> index)
    {
        _pages = pages;
        _blob = blob;
        File = file;
        var reader = new ByteReader(index);
        _firsts = new byte[reader.Count()][];
        _offsets = new int[_firsts.Length + 1];
        for (var i = 0; i < _firsts.Length; i++)
        {
            _firsts[i] = reader.Bytes().ToArray();
            _offsets[i] = reader.Count();
        }

        _offsets[^1] = reader.Count();
        _filter = BloomFilter.Of(reader.Bytes());
    }

    public TableFile File { get; }

    /// <exception cref="BlobGone">It is not there any more.</exception>
    public static async Task<Table> OpenAsync(Blobs blobs, PageCache pages, LogNames names, TableFile file)
    {
        var blob = names.Table(file.Id);
        var index = await blobs.ReadAsync(
            blob, CancellationToken.None, file.IndexOffset, file.Length - file.IndexOffset).ConfigureAwait(false);
        return index is null or { IsNothing: true } ? throw new BlobGone(blob) : new Table(pages, blob, file, index.Content.Span);
    }

    public bool MayHave(ReadOnlySpan<byte> hash) => _filter.MayHave(hash);

    /// <summary>The entries from a key on and before another one, in order.</summary>
    public async IAsyncEnumerable<TableEntry> ScanAsync(
        byte[] from, byte[]? before, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var block = Math.Max(0, BlockOf(from)); block < _firsts.Length; block++)
        {
            if (before is not null && _firsts[block].AsSpan().SequenceCompareTo(before) >= 0) yield break;
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = await _pages.ReadAsync(_blob, _offsets[block], _offsets[block + 1] - _offsets[block])
                .ConfigureAwait(false);
            for (var at = 0; at < bytes.Length;)
            {
                var entry = Next(bytes.Span, ref at);
                if (entry.Key.AsSpan().SequenceCompareTo(from) < 0) continue;
                if (before is not null && entry.Key.AsSpan().SequenceCompareTo(before) >= 0) yield break;
                yield return entry;
            }
        }
    }

    private static TableEntry Next(ReadOnlySpan<byte> bytes, ref int at)
    {
        var reader = new ByteReader(bytes[at..]);
        var key = reader.Bytes().ToArray();
        var value = reader.Byte() == 0 ? null : reader.Bytes().ToArray();
        at += reader.Position;
        return new TableEntry(key, value);
    }

    /// <summary>The last block that begins at or before a key.</summary>
    private int BlockOf(byte[] key)
    {
        var (low, high) = (0, _firsts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_firsts[middle].AsSpan().SequenceCompareTo(key) <= 0) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }
}
