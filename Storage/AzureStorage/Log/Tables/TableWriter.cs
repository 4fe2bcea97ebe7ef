using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log.Tables;

/// <summary>
/// Writes a table: entries in the order of their keys, in blocks of about 32 KiB; then the index of the blocks and the filter.
/// </summary>
internal sealed class TableWriter
{
    private const int BlockLength = 32 << 10;

    private readonly ByteWriter _data = new(1 << 16);
    private readonly List<(byte[] First, int Offset)> _blocks = [];
    private readonly List<byte[]> _instances = [];
    private int _blockOffset = -BlockLength;
    private long _entries;

    public bool IsEmpty => _entries == 0;

    public void Add(TableEntry entry)
    {
        if (_data.Length - _blockOffset >= BlockLength)
        {
            _blockOffset = _data.Length;
            _blocks.Add((entry.Key, _data.Length));
        }

        _data.Bytes(entry.Key);
        if (entry.Value is null) _data.Byte(0);
        else _data.Byte(1).Bytes(entry.Value);
        _entries++;
        var filtered = TableKeys.Filtered(entry.Key);
        if (!filtered.IsEmpty && (_instances.Count == 0 || !filtered.SequenceEqual(_instances[^1])))
            _instances.Add(filtered.ToArray());
    }

    public (TableFile File, ReadOnlyMemory<byte> Bytes) Finish()
    {
        var index = _data.Length;
        _data.Number(_blocks.Count);
        foreach (var (first, offset) in _blocks) _data.Bytes(first).Number(offset);
        _data.Number(index);
        var filter = BloomFilter.For(_instances.Count);
        foreach (var instance in _instances) filter.Add(instance);
        _data.Bytes(filter.Bytes);
        return (new TableFile(Guid.NewGuid(), _data.Length, index, _entries), _data.Written);
    }
}
