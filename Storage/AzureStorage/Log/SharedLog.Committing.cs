using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Log.Memory;
using Orchestration.Storage.AzureStorage.Log.Writing;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>Appending blocks, and what follows where the log ends elsewhere.</summary>
internal sealed partial class SharedLog
{
    private async Task CommitAsync(Batch batch)
    {
        var memory = batch.Memory;
        if (memory.End.Tag is null && memory.Applied is { Offset: > 0 } place)
        {
            // Where this silo has not seen the log's end since it went over to a newer manifest.
            await SyncAsync().ConfigureAwait(false);
            if (memory.Applied != place)
            {
                Again(batch);
                return;
            }
        }

        if (_blocks >= _options.SegmentBlocks && !await RollAsync().ConfigureAwait(false))
        {
            Again(batch);
            return;
        }

        var block = LogBlock.Of(batch.Id, batch.Records);
        var started = _time.GetTimestamp();
        var result = await AppendAsync(memory, batch.Id, block).ConfigureAwait(false);
        switch (result.Outcome)
        {
            case BlockOutcome.Appended:
                Applied(memory, block, result, started);
                Volatile.Write(ref _provenAt, started);
                _instruments.Committed(_time.GetElapsedTime(started), batch.Writes.Count);
                foreach (var write in batch.Writes) write.Complete();
                Proven(_kept);
                return;
            case BlockOutcome.Full:
                _blocks = int.MaxValue;
                break;
            case BlockOutcome.NotHeld:
                _hold.Lost();
                await SyncAsync().ConfigureAwait(false);
                break;
            default:
                await SyncAsync().ConfigureAwait(false); // others have written, or moved it to packs
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
    /// Appends a block where the log ends for all that this silo knows, to the very segment that it knows: one of another tag is
    /// not written to, be it longer or a copy.
    /// </summary>
    private async Task<AppendedBlock> AppendAsync(LogMemory memory, Guid id, byte[] block)
    {
        var name = Names.Segment(memory.Applied.Segment, memory.Segment);
        var lease = await _hold.HoldAsync(name, memory.Segment, _giveUp.Token).ConfigureAwait(false);
        (_underWay, _landed) = (id, false);
        return await _blobs.AppendAsync(name, block, memory.Applied.Offset, _giveUp.Token, memory.End.Tag, lease)
            .ConfigureAwait(false);
    }

    private void Applied(LogMemory memory, byte[] block, AppendedBlock result, long started)
    {
        lock (memory.Gate)
        {
            var origin = memory.End.Origin;
            memory.Apply(LogBlock.Read(block).Records, block.Length, started);
            memory.End = new SegmentEnd(memory.Applied)
            {
                Tag = result.Tag, Blocks = result.Blocks, Origin = origin, Tail = SegmentEnd.TailOf(block),
            };
        }

        _blocks = result.Blocks;
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
        var (number, id) = (memory.Applied.Segment + 1, Guid.NewGuid());
        var next = Names.Segment(number, id);
        var tag = await Segments.CreateAsync(_blobs, next, _giveUp.Token).ConfigureAwait(false);
        var writer = new ByteWriter();
        new LogRecord(LogRecordKind.Rolled, default) { Number = number, Segment = id }.WriteTo(writer);
        var write = Guid.NewGuid();
        var block = LogBlock.Of(write, [writer.Written]);
        var result = await AppendAsync(memory, write, block).ConfigureAwait(false);
        if (result.Outcome == BlockOutcome.Appended)
        {
            lock (memory.Gate)
            {
                memory.Apply(LogBlock.Read(block).Records, block.Length, _time.GetTimestamp());
                if (tag is not null)
                {
                    memory.Apply([], LogBlock.HeaderLength, _time.GetTimestamp());
                    memory.End = new SegmentEnd(memory.Applied) { Tag = tag, Blocks = 1 };
                }
            }

            _blocks = 1;
            LogRolled(number);
            return true;
        }

        if (result.Outcome == BlockOutcome.NotHeld) _hold.Lost();
        await SyncAsync().ConfigureAwait(false);
        if (!_landed) await _blobs.DeleteAsync(next, _giveUp.Token).ConfigureAwait(false);
        return false;
    }
}
