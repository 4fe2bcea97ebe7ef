using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Log.Memory;
using Orchestration.Storage.AzureStorage.Log.Tables;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>Reading the log: from the checkpoint when it is opened, and from where it was read up to ever after.</summary>
internal sealed partial class SharedLog
{
    private async Task<LogMemory> OpenedAsync()
    {
        if (_memory is { } open) return open;
        var started = _time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            var manifest = await Manifest.OpenAsync(_blobs, Names, _giveUp.Token).ConfigureAwait(false);
            try
            {
                _memory = new LogMemory(
                    await TableSet.OpenAsync(_blobs, Pages, Names, manifest, null).ConfigureAwait(false));
                await SyncAsync().ConfigureAwait(false);
                LogOpened(_memory.Bytes, _time.GetElapsedTime(started).TotalSeconds);
                return _memory;
            }
            catch (BlobGone) when (tries < MaximumReloads)
            {
                _memory = null; // a flush has gone on meanwhile
            }
            catch (BlobGone e)
            {
                _memory = null;
                throw LogGate.Missing(_blobs, Names, e);
            }
            catch
            {
                _memory = null;
                throw;
            }
        }
    }

    /// <summary>Reads and applies what the log has from where it was read up to.</summary>
    /// <exception cref="StoreUnavailable">It is not the log that this silo knows: nothing of it is applied.</exception>
    private async Task SyncAsync()
    {
        var (memory, started) = (_memory!, _time.GetTimestamp());
        while (true)
        {
            var (place, end, name) = (memory.Applied, memory.End, Names.Segment(memory.Applied.Segment, memory.Segment));

            // From the last bytes that are known: a range that begins where a blob ends cannot be answered, and one that does
            // not begin within it tells that the blob is shorter than it was.
            var known = end.Tail.Length > 0 ? end.Tail.Length : place.Offset > 0 ? 1 : 0;
            var part = await _blobs.ReadAsync(name, _giveUp.Token, place.Offset - known, ReadWindow).ConfigureAwait(false);
            if (part is null)
            {
                // What is here was moved to packs, and the segment removed.
                await AdoptAsync(null).ConfigureAwait(false);
                if (memory.Applied == place) throw new BlobGone(name);
                continue;
            }

            if (known > 0 && (part.IsNothing || part.Total < place.Offset))
                throw _blobs.Replaced("a log is shorter than what this silo has read of it");
            if (part.IsNothing) break;
            if (end.IsNot(part, added: null)) throw NotTheOne();
            var (blocks, length) = BlocksOf(part.Content[known..]);
            var isWhole = place.Offset + length >= part.Total;
            if (isWhole && end.IsNot(part, blocks.Count)) throw NotTheOne();
            if (blocks.Count == 0 && !isWhole) throw ByteReader.Damaged("a log");
            _blocks = part.Blocks;
            lock (memory.Gate)
            {
                foreach (var block in blocks)
                {
                    memory.Apply(block.Records, block.Bytes.Length, started);
                    if (block.Id == _underWay) _landed = true;
                }

                if (memory.Applied.Segment == place.Segment)
                    memory.End = new SegmentEnd(memory.Applied)
                    {
                        Tag = isWhole ? part.Tag : null,
                        Blocks = isWhole ? part.Blocks : end.Blocks + blocks.Count,
                        Origin = part.Origin,
                        Tail = blocks.Count == 0 ? end.Tail : SegmentEnd.TailOf(blocks[^1].Bytes),
                    };
            }

            if (memory.Applied.Segment != place.Segment) _blocks = 0;
            else if (isWhole) break;

            StoreUnavailable NotTheOne() =>
                _blobs.Replaced($"the segment {name} of a log is not the one that this silo has read");
        }

        Volatile.Write(ref _provenAt, started);
    }

    /// <summary>The whole blocks that bytes begin with, and how long they are together.</summary>
    private static (List<(Guid Id, List<LogRecord> Records, ReadOnlyMemory<byte> Bytes)> Blocks, int Length) BlocksOf(
        ReadOnlyMemory<byte> bytes)
    {
        var (blocks, rest) = (new List<(Guid, List<LogRecord>, ReadOnlyMemory<byte>)>(), bytes);
        while (LogBlock.Length(rest.Span) is { } length && length <= rest.Length)
        {
            var (id, records) = LogBlock.Read(rest[..length]);
            blocks.Add((id, records, rest[..length]));
            rest = rest[length..];
        }

        return (blocks, bytes.Length - rest.Length);
    }

    /// <summary>Goes over to the manifest that was just written, or to the one that is there.</summary>
    private async Task AdoptAsync(TableSet? written)
    {
        var memory = _memory!;
        var tables = written;
        for (var tries = 0; tables is null; tries++)
        {
            var manifest = await Manifest.ReadAsync(_blobs, Names, _giveUp.Token).ConfigureAwait(false)
                ?? throw new StoreUnavailable($"{_blobs.Where}: the manifest of a log is gone. Restore the container.");
            if (manifest.Version < Math.Max(memory.KnownVersion, memory.Tables.Manifest.Version))
                throw LogGate.Older(_blobs, Names);
            try
            {
                tables = await TableSet.OpenAsync(_blobs, Pages, Names, manifest, memory.Tables).ConfigureAwait(false);
            }
            catch (BlobGone) when (tries < MaximumReloads)
            {
                // A flush has gone on meanwhile.
            }
        }

        lock (memory.Gate)
            if (tables.Manifest.Version >= memory.Tables.Manifest.Version) memory.Adopt(tables, _time.GetTimestamp());
        _mustReload = false;
    }
}
