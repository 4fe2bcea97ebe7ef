using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Log.Tables;

namespace Orchestration.Storage.AzureStorage.Log.Flushing;

/// <summary>
/// Moves what a log holds up to a place to a pack and a table, and makes both count, together with the new checkpoint, by writing
/// the manifest. Until then nothing has happened; blobs that were written in vain are removed.
/// </summary>
internal sealed class Flusher(SharedLog log, Blobs blobs, FlushSnapshot snapshot, CancellationToken cancellationToken)
{
    private const int AtOnce = 32;

    // A table is held in memory while it is written.
    private const long LargestTable = 1L << 30;
    private const int MergeRatio = 4;

    // Longer than any flush takes from its first blob to its manifest.
    private static readonly TimeSpan NamelessFor = TimeSpan.FromDays(1);

    private readonly List<TableEntry> _entries = [];
    private readonly Dictionary<Guid, long> _live = snapshot.Tables.Manifest.Packs.ToDictionary(
        static pack => pack.Id, static pack => pack.Live);

    private readonly PackWriter _pack = new(log.Histories);
    private readonly List<string> _written = [];

    /// <summary>How long the pack became.</summary>
    public long PackedBytes => _pack.Bytes.Length;

    /// <summary>The tables as they are now; null where another silo has flushed meanwhile.</summary>
    public async Task<TableSet?> RunAsync()
    {
        try
        {
            await CollectAsync().ConfigureAwait(false);
            var manifest = await WriteAsync().ConfigureAwait(false);
            if (await manifest.SaveAsync(blobs, log.Names, cancellationToken).ConfigureAwait(false) is { } saved)
            {
                _written.Clear(); // they count now
                return await TableSet.OpenAsync(blobs, log.Pages, log.Names, saved, snapshot.Tables).ConfigureAwait(false);
            }
        }
        catch (BlobGone)
        {
            // Another silo's flush has removed what this one builds on.
        }

        foreach (var name in _written) await blobs.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Removes what no manifest names any more.</summary>
    public async Task RemoveOldAsync(TableSet now)
    {
        var (before, after) = (snapshot.Tables.Manifest, now.Manifest);
        var old = before.Tables.Except(after.Tables).Select(table => log.Names.Table(table.Id))
            .Concat(before.Packs.Select(static p => p.Id).Except(after.Packs.Select(static p => p.Id)).Select(log.Names.Pack))
            .ToList();
        if (after.Checkpoint.Segment > before.Checkpoint.Segment)
        {
            var current = log.Names.Segment(after.Checkpoint.Segment, after.Segment);
            await foreach (var page in blobs.ListAsync(log.Names.Segments, cancellationToken).ConfigureAwait(false))
                old.AddRange(page.Select(static item => item.Name).Where(
                    name => string.CompareOrdinal(name[..(log.Names.Segments.Length + 8)], current) < 0 && name != current));
            await AddNamelessAsync(old, after).ConfigureAwait(false);
        }

        await Task.WhenAll(old.Select(name => blobs.DeleteAsync(
            name, cancellationToken,
            lease: name.StartsWith(log.Names.Segments, StringComparison.Ordinal) ? LogNames.LeaseOf(name) : null)))
            .ConfigureAwait(false);
        foreach (var run in snapshot.Runs.Where(static run => run.IsPurged && run.HasBodies))
            await blobs.DeleteAllAsync(log.Names.Bodies(run.Ref), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Tables and packs of flushes that a crash cut short: no manifest names them, and none that is under way will.
    /// </summary>
    private async Task AddNamelessAsync(List<string> old, Manifest manifest)
    {
        var named = manifest.Tables.Select(table => log.Names.Table(table.Id))
            .Concat(manifest.Packs.Select(pack => log.Names.Pack(pack.Id))).ToHashSet(StringComparer.Ordinal);
        var before = log.Time.GetUtcNow() - NamelessFor;
        foreach (var prefix in (string[])[log.Names.Tables, log.Names.Packs])
        {
            await foreach (var page in blobs.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
                old.AddRange(page.Where(item => !named.Contains(item.Name) && item.Properties.LastModified < before)
                    .Select(static item => item.Name));
        }
    }

    private async Task CollectAsync()
    {
        foreach (var some in snapshot.Runs.Chunk(AtOnce))
        {
            var bases = await Task.WhenAll(some.Select(BaseAsync)).ConfigureAwait(false);
            for (var i = 0; i < some.Length; i++)
            {
                if (some[i].IsPurged) await PurgeAsync(some[i], bases[i]).ConfigureAwait(false);
                else await AddAsync(some[i], bases[i]).ConfigureAwait(false);
            }
        }

        _entries.Sort(TableEntry.ByKey);
    }

    private async Task<RunEntry?> BaseAsync(FlushRun run)
    {
        if (run.IsNew) return null;
        var found = await snapshot.Tables.LookUpAsync(TableKeys.OfRun(run.Ref)).ConfigureAwait(false);
        return found.Count == 0 ? null : RunEntry.Read(found[0].Value);
    }

    private async Task PurgeAsync(FlushRun run, RunEntry? before)
    {
        if (before is null) return;
        Remove(TableKeys.OfRun(run.Ref));
        Remove(TableKeys.OfList(before.Info));
        if (snapshot.Tables.Manifest.HasEnds && TableKeys.OfEnd(before.Info, before.Stand.Summary) is { } end) Remove(end);
        foreach (var key in TableKeys.OfDue(before.Info, before.Stand.Summary)) Remove(key);
        foreach (var beat in await snapshot.Tables.LookUpAsync(TableKeys.OfBeats(run.Ref)).ConfigureAwait(false))
            Remove(beat.Key);
        Release(before.Extents);
    }

    private async Task AddAsync(FlushRun run, RunEntry? before)
    {
        var info = run.Info ?? before?.Info ?? throw ByteReader.Damaged("a log that speaks of a run that no table has, and");
        var extents = before?.Extents ?? [];
        if (run.Turns.Count > 0)
        {
            var after = await _pack.AddAsync(extents, run.Turns).ConfigureAwait(false);
            Release(extents.Except(after));
            extents = after;
        }

        var entry = new RunEntry(info, run.Stand, extents, run.HasBodies || before is { HasBodies: true });
        Put(TableKeys.OfRun(run.Ref), entry.ToBytes());
        Put(TableKeys.OfList(info), ListValue(info, run.Stand));
        if (snapshot.Tables.Manifest.HasEnds) AddEnd(info, run.Stand, before);
        var due = TableKeys.OfDue(info, run.Stand.Summary).ToArray();
        foreach (var key in due) Put(key, DueValue(info, run.Stand));
        if (before is not null)
            foreach (var key in TableKeys.OfDue(before.Info, before.Stand.Summary))
                if (!Array.Exists(due, other => other.AsSpan().SequenceEqual(key))) Remove(key);
        foreach (var beat in run.Beats)
        {
            var writer = new ByteWriter();
            RunCode.Write(writer, beat);
            Put(TableKeys.OfBeat(run.Ref, beat.Command), writer.ToArray());
        }
    }

    private void AddEnd(RunInfo info, RunStand stand, RunEntry? before)
    {
        var end = TableKeys.OfEnd(info, stand.Summary);
        if (end is not null) Put(end, ListValue(info, stand));
        if (before is not null && TableKeys.OfEnd(before.Info, before.Stand.Summary) is { } old
            && !old.AsSpan().SequenceEqual(end)) Remove(old);
    }

    private async Task<Manifest> WriteAsync()
    {
        var before = snapshot.Tables.Manifest;
        if (PackedBytes > 0)
        {
            await WriteAsync(log.Names.Pack(_pack.Id), _pack.Bytes).ConfigureAwait(false);
            _live[_pack.Id] = PackedBytes;
        }

        var (files, merged) = (new List<TableFile>(), 0);
        if (_entries.Count > 0)
        {
            var size = _entries.Sum(static entry => entry.Key.Length + (entry.Value?.Length ?? 0) + 6L);
            for (; merged < before.Tables.Count && before.Tables[merged].Length is var next
                && next <= MergeRatio * size && size + next < LargestTable; merged++) size += next;
            if (await MergeAsync(merged).ConfigureAwait(false) is { } table) files.Add(table);
        }

        files.AddRange(before.Tables.Skip(merged));
        var lengths = before.Packs.ToDictionary(static pack => pack.Id, static pack => pack.Length);
        var packs = _live.Where(static pack => pack.Value > 0)
            .Select(pack => new PackFile(pack.Key, lengths.GetValueOrDefault(pack.Key, PackedBytes), pack.Value)).ToList();
        return before with
        {
            Version = before.Version + 1,
            Checkpoint = snapshot.Place,
            Segment = snapshot.Segment,
            Note = snapshot.End.Blocks is { } blocks
                ? new SegmentNote(blobs.Incarnation, blocks, snapshot.End.Origin?.CreatedAt) : null,
            Tables = files,
            Packs = packs,
        };
    }

    /// <summary>Writes one table of the new entries and the newest tables; null where nothing is left of them.</summary>
    private async Task<TableFile?> MergeAsync(int tables)
    {
        var sources = snapshot.Tables.Tables.Take(tables).Select(table => table.ScanAsync([], null, cancellationToken))
            .Prepend(_entries.ToAsyncEnumerable()).ToArray();

        // Under the oldest table nothing is left that an entry could say is gone.
        var keepGone = tables < snapshot.Tables.Tables.Count;
        var writer = new TableWriter();
        await foreach (var entry in TableSet.MergeAsync(sources, keepGone, cancellationToken).ConfigureAwait(false))
            writer.Add(entry);
        if (writer.IsEmpty) return null;
        var (file, bytes) = writer.Finish();
        await WriteAsync(log.Names.Table(file.Id), bytes).ConfigureAwait(false);
        return file;
    }

    private async Task WriteAsync(string name, ReadOnlyMemory<byte> bytes)
    {
        _written.Add(name);
        await blobs.PutAsync(name, bytes, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] DueValue(RunInfo info, RunStand stand) => new ByteWriter()
        .Number((int)stand.Summary.State).Number(stand.Wakes).Text(info.Key.Key.Namespace).Text(info.Key.Key.Id.Value).ToArray();

    private static byte[] ListValue(RunInfo info, RunStand stand)
    {
        var writer = new ByteWriter();
        info.WriteTo(writer);
        stand.WriteTo(writer);
        return writer.ToArray();
    }

    private void Put(byte[] key, byte[] value) => _entries.Add(new TableEntry(key, value));

    private void Remove(byte[] key) => _entries.Add(new TableEntry(key, null));

    private void Release(IEnumerable<Extent> extents)
    {
        foreach (var extent in extents)
            if (_live.TryGetValue(extent.Pack, out var live)) _live[extent.Pack] = live - extent.Length;
    }
}
