using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Log.Writing;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>Appending blocks, and what follows where the log ends elsewhere.</summary>
internal sealed partial class SharedLog
{
    private async Task CommitAsync(Batch batch)
    {
        if (_blocks >= _options.SegmentBlocks && !await RollAsync().ConfigureAwait(false))
        {
            Again(batch);
            return;
        }

        var (memory, block) = (batch.Memory, LogBlock.Of(batch.Id, batch.Records));
        var started = _time.GetTimestamp();
        (_underWay, _landed) = (batch.Id, false);
        var result = await _blobs.AppendAsync(
            Names.Segment(memory.Applied.Segment, memory.Segment), block, memory.Applied.Offset, _giveUp.Token)
            .ConfigureAwait(false);
        switch (result.Outcome)
        {
            case BlockOutcome.Appended:
                lock (memory.Gate) memory.Apply(LogBlock.Read(block).Records, block.Length, started);
                _blocks = result.Blocks;
                Volatile.Write(ref _provenAt, started);
                _instruments.Committed(_time.GetElapsedTime(started), batch.Writes.Count);
                foreach (var write in batch.Writes) write.Complete();
                Proven(_kept);
                return;
            case BlockOutcome.NoBlob:
                _mustReload = true;
                break;
            case BlockOutcome.Full:
                _blocks = int.MaxValue;
                break;
            default:
                await SyncAsync().ConfigureAwait(false); // others have written
                break;
        }

        if (_landed)
        {
            foreach (var write in batch.Writes) write.Complete();
            Proven(_kept);
            return;
        }

        Again(batch);
    }

    /// <summary>
    /// Judges all of them anew, in the order in which they came: those that were kept for the next batch may be of the same runs.
    /// </summary>
    private void Again(Batch batch)
    {
        var again = batch.Writes.Concat(_kept).ToHashSet();
        _kept.Clear();
        _kept.AddRange(_current.Where(again.Contains));
        if (!_mustReload && _blocks != int.MaxValue) Proven(_kept);
    }

    private static void Proven(List<LogWrite> writes)
    {
        foreach (var write in writes) write.IsProven = true;
    }

    /// <summary>
    /// Ends the segment with a record that names the next one, on the condition that it still ends here. The next one is there by
    /// then, under a name that nobody else makes: a segment that no record names is nobody's.
    /// </summary>
    private async Task<bool> RollAsync()
    {
        var memory = _memory!;
        var (place, segment, next) = (memory.Applied, memory.Segment, Guid.NewGuid());
        await _blobs.CreateAppendAsync(Names.Segment(place.Segment + 1, next), _giveUp.Token).ConfigureAwait(false);
        var writer = new ByteWriter();
        new LogRecord(LogRecordKind.Rolled, default) { Number = place.Segment + 1, Segment = next }.WriteTo(writer);
        var id = Guid.NewGuid();
        (_underWay, _landed) = (id, false);
        var block = LogBlock.Of(id, [writer.Written]);
        var result = await _blobs.AppendAsync(Names.Segment(place.Segment, segment), block, place.Offset, _giveUp.Token)
            .ConfigureAwait(false);
        if (result.Outcome == BlockOutcome.Appended)
        {
            lock (memory.Gate) memory.Apply(LogBlock.Read(block).Records, block.Length, _time.GetTimestamp());
            _blocks = 0;
            LogRolled(place.Segment + 1);
            return true;
        }

        if (result.Outcome == BlockOutcome.NoBlob) _mustReload = true;
        else await SyncAsync().ConfigureAwait(false);
        if (!_landed) await _blobs.DeleteAsync(Names.Segment(place.Segment + 1, next), _giveUp.Token).ConfigureAwait(false);
        return false;
    }
}
