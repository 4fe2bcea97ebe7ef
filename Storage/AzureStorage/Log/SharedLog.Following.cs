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
    private async Task SyncAsync()
    {
        var (memory, started) = (_memory!, _time.GetTimestamp());
        while (true)
        {
            var (place, segment) = (memory.Applied, memory.Segment);

            // From the last byte that is known: a range that begins where a blob ends cannot be answered, and one that does not
            // begin within it tells that the blob is shorter than it was.
            var known = place.Offset > 0 ? 1 : 0;
            var part = await _blobs.ReadAsync(
                Names.Segment(place.Segment, segment), _giveUp.Token, place.Offset - known, ReadWindow).ConfigureAwait(false);
            if (part is null)
            {
                // What is here was moved to packs, and the segment removed.
                await AdoptAsync(null).ConfigureAwait(false);
                if (memory.Applied == place) throw new BlobGone(Names.Segment(place.Segment, segment));
                continue;
            }

            if (part.IsNothing && known == 1) throw Shorter();
            if (part.IsNothing || part.Total <= place.Offset) break;
            _blocks = part.Blocks;
            var rest = part.Content[known..];
            while (LogBlock.Length(rest.Span) is { } length && length <= rest.Length && memory.Applied.Segment == place.Segment)
            {
                var (id, records) = LogBlock.Read(rest[..length]);
                lock (memory.Gate) memory.Apply(records, length, started);
                if (id == _underWay) _landed = true;
                rest = rest[length..];
            }

            if (memory.Applied.Segment != place.Segment)
            {
                _blocks = 0;
                continue;
            }

            if (memory.Applied == place) throw ByteReader.Damaged("a log");
            if (memory.Applied.Offset >= part.Total) break;
        }

        Volatile.Write(ref _provenAt, started);
    }

    private StoreUnavailable Shorter() => new(
        $"{_blobs.Where}: a log is shorter than what this silo has read of it: an older copy was put in its place. Nothing is "
        + "written. Stop all silos, and open it with --accept-restore if the copy is to be gone on from.");

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
