using System.Buffers.Binary;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Log.Tables;

namespace Orchestration.Storage.AzureStorage.Log.Memory;

/// <summary>
/// What the part of the log since the checkpoint says, laid over the tables; and what was last read of them, up to a limit. One
/// way in: records are applied in the order of the log, one's own and others'. <see cref="Gate"/> guards all of it.
/// </summary>
internal sealed class LogMemory(TableSet tables)
{
    private const int IdleLimit = 20_000;

    private readonly Dictionary<UInt128, MemInstance> _instances = [];
    private readonly LinkedList<MemInstance> _idle = [];

    // Each shard looks for what is due by itself, 256 of them at a silo's start: none is to pass over the runs of all others.
    private readonly Dictionary<int, HashSet<MemRun>> _changed = [];
    private readonly HashSet<MemRun> _purged = [];
    private SegmentEnd? _end;

    public Lock Gate { get; } = new();

    public TableSet Tables { get; private set; } = tables;

    /// <summary>Up to where the log has been applied.</summary>
    public LogPlace Applied { get; private set; } = tables.Manifest.Checkpoint;

    /// <summary>The rest of the name of the segment that is applied.</summary>
    public Guid Segment { get; private set; } = tables.Manifest.Segment;

    /// <summary>What is known of that segment there.</summary>
    public SegmentEnd End
    {
        get => _end is { } end && end.Place == Applied ? end : Noted();
        set => _end = value;
    }

    /// <summary>Bytes of the log that are in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the oldest record in memory came; null where there is none.</summary>
    public long? Since { get; private set; }

    /// <summary>The newest manifest that the log speaks of.</summary>
    public long KnownVersion { get; private set; } = tables.Manifest.Version;

    /// <summary>The instance, complete or not; without a request it is complete where the filters know nothing of it.</summary>
    public MemInstance Get(UInt128 hash)
    {
        if (!_instances.TryGetValue(hash, out var instance))
        {
            instance = new MemInstance(hash);
            _instances[hash] = instance;
            MakeIdle(instance);
        }
        else if (instance.Idle is { } node)
        {
            _idle.Remove(node);
            _idle.AddLast(node);
        }

        if (!instance.IsComplete)
        {
            Span<byte> bytes = stackalloc byte[Names.HashLength];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
            instance.IsComplete = Tables.IsUnknown(bytes) && instance.Runs.TrueForAll(static run => run.Info is not null);
        }

        return instance;
    }

    /// <summary>Adds what the tables have of an instance; what the log has said since stays.</summary>
    public void Complete(UInt128 hash, IReadOnlyList<RunEntry> entries)
    {
        var instance = Get(hash);
        if (instance.IsComplete) return;
        foreach (var entry in entries)
        {
            var reference = new RunRef(hash, entry.Info.Key.RunId.Value);
            var run = instance.Runs.Find(r => r.Ref == reference);
            if (run is null)
            {
                run = new MemRun(reference) { Stand = entry.Stand };
                instance.Runs.Add(run);
            }

            (run.Info, run.Shard, run.Extents) = (entry.Info, entry.Info.Shard, entry.Extents);
            run.HasBodies |= entry.HasBodies;
        }

        if (instance.Runs.Exists(static run => run.Info is null && !run.IsPurged))
            throw ByteReader.Damaged("a log that speaks of a run that no table has, and");
        instance.IsComplete = true;
    }

    /// <summary>Applies a block that stands in the log.</summary>
    /// <param name="records">Its records.</param>
    /// <param name="length">Its length.</param>
    /// <param name="now">The monotonic time.</param>
    public void Apply(List<LogRecord> records, int length, long now)
    {
        var at = Applied;
        var changes = false;
        foreach (var record in records) changes |= Apply(record, at);
        if (Applied == at) Applied = at with { Offset = at.Offset + length };
        Bytes += length;
        if (changes) Since ??= now;
    }

    /// <summary>
    /// Goes over to a newer manifest: what is before its checkpoint is in the packs and tables, and no longer here.
    /// </summary>
    public void Adopt(TableSet tables, long now)
    {
        Tables = tables;
        KnownVersion = Math.Max(KnownVersion, tables.Manifest.Version);
        var checkpoint = tables.Manifest.Checkpoint;
        if (checkpoint > Applied)
        {
            // The log was moved on while this process was away; what it held is all in the tables.
            (Applied, Segment) = (checkpoint, tables.Manifest.Segment);
        }

        foreach (var instance in _instances.Values.ToArray())
        {
            instance.IsComplete = false;
            instance.Runs.RemoveAll(run => Drop(run, checkpoint));
            if (instance.Runs.Count > 0) continue;
            _instances.Remove(instance.Hash);
            if (instance.Idle is { } node) _idle.Remove(node);
        }

        _changed.Clear();
        _purged.Clear();
        foreach (var run in Changed()) Note(run);
        Bytes = checkpoint.Segment == Applied.Segment ? Applied.Offset - checkpoint.Offset : Applied.Offset;
        Since = _instances.Values.Any(static i => i.IsChanged) ? now : null;
    }

    /// <summary>All runs of which the log alone has something.</summary>
    public IEnumerable<MemRun> Changed()
    {
        foreach (var instance in _instances.Values)
        {
            if (instance.Idle is not null) continue;
            foreach (var run in instance.Runs)
                if (run.ChangedAt is not null) yield return run;
        }
    }

    /// <summary>
    /// Those of one shard; and those of any that were purged, since the log does not say of what shard they were.
    /// </summary>
    public IEnumerable<MemRun> ChangedIn(int shard) =>
        (_changed.TryGetValue(shard, out var runs) ? runs.Where(static run => !run.IsPurged) : []).Concat(_purged);

    private SegmentEnd Noted()
    {
        var (manifest, end) = (Tables.Manifest, new SegmentEnd(Applied));
        return manifest.Note is { } note && manifest.Checkpoint == Applied && manifest.Segment == Segment
            ? end with
            {
                Blocks = note.Blocks,
                Origin = note.CreatedAt is { } at ? new BlobOrigin(at, null) : null,
            }
            : end;
    }

    private void Note(MemRun run)
    {
        if (!_changed.TryGetValue(run.Shard, out var runs)) _changed[run.Shard] = runs = [];
        runs.Add(run);
        if (run.IsPurged) _purged.Add(run);
    }

    private static bool Drop(MemRun run, LogPlace checkpoint)
    {
        // What is left of a run that goes on is understood only with what the tables have of it now.
        if (run.ChangedAt is not { } at || at < checkpoint) return true;
        var before = run.Turns.FindIndex(turn => turn.At >= checkpoint);
        run.Turns.RemoveRange(0, before < 0 ? run.Turns.Count : before);
        if (run.Beats is { } beats)
            foreach (var command in beats.Where(b => b.Value.At < checkpoint).Select(static b => b.Key).ToArray())
                beats.Remove(command);
        run.Extents = [];
        run.Cursor = null;
        if (!run.IsNew || run.StartedAt < checkpoint) (run.Info, run.IsNew) = (null, false);
        return false;
    }

    private bool Apply(LogRecord record, LogPlace at)
    {
        switch (record.Kind)
        {
            case LogRecordKind.Checkpoint:
                KnownVersion = Math.Max(KnownVersion, record.Number);
                return false;
            case LogRecordKind.Rolled:
                (Applied, Segment) = (new LogPlace(record.Number, 0), record.Segment);
                return false;
        }

        var instance = Get(record.Ref.Instance);
        if (instance.Idle is { } node)
        {
            _idle.Remove(node);
            instance.Idle = null;
        }

        var run = instance.Runs.Find(r => r.Ref == record.Ref);
        if (run is null)
        {
            // The tables may know of it, and then they are to be asked.
            if (record.Kind != LogRecordKind.Start) instance.IsComplete = false;
            run = new MemRun(record.Ref) { Shard = record.Shard };
            instance.Runs.Add(run);
        }

        run.ChangedAt = at;
        switch (record.Kind)
        {
            case LogRecordKind.Start:
                (run.Info, run.IsNew, run.StartedAt) = (record.Info, true, at);
                (run.Stand, run.Shard) = (record.Stand, record.Shard);
                run.Add(record.Turn!, at);
                if (record.Previous is { } previous) Supersede(instance, previous.Run, previous.Stand, record.Shard, at);
                break;
            case LogRecordKind.Turn:
                (run.Stand, run.Shard) = (record.Stand, record.Shard);
                run.Add(record.Turn!, at);
                break;
            case LogRecordKind.State:
                (run.Stand, run.Shard) = (record.Stand, record.Shard);
                break;
            case LogRecordKind.Heartbeat:
                (run.Stand, run.Shard) = (record.Stand, record.Shard);
                (run.Beats ??= [])[record.Heartbeat!.Command] = (record.Heartbeat, at);
                break;
            case LogRecordKind.Purge:
                run.IsPurged = true;
                run.Turns.Clear();
                run.Beats = null;
                break;
        }

        Note(run);
        return true;
    }

    private void Supersede(MemInstance instance, Guid previous, RunStand stand, int shard, LogPlace at)
    {
        var run = instance.Runs.Find(r => r.Ref.Run == previous);
        if (run is null)
        {
            run = new MemRun(new RunRef(instance.Hash, previous)) { Shard = shard };
            instance.Runs.Add(run);
            instance.IsComplete = false;
        }

        (run.Stand, run.ChangedAt) = (stand, at);
        Note(run);
    }

    private void MakeIdle(MemInstance instance)
    {
        if (_idle.Count >= IdleLimit)
        {
            var oldest = _idle.First!.Value;
            _idle.RemoveFirst();
            _instances.Remove(oldest.Hash);
        }

        instance.Idle = _idle.AddLast(instance);
    }
}
