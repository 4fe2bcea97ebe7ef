using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Log.Tables;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>A list's runs of one log, in its order: what the log alone has, laid over the tables' lists.</summary>
internal static class ListReader
{
    /// <summary>One more than a page of them.</summary>
    public static Task<List<RunRecord>> TakeAsync(SharedLog log, ListQuery query, ListCursor after) =>
        log.WithTablesAsync(async () =>
        {
            await log.ProveAsync().ConfigureAwait(false);
            var (changed, known, tables) = log.Read(static memory =>
            {
                var runs = memory.Changed().Where(static run => !run.IsPurged)
                    .Select(static run => (run.Ref, run.Info, run.Stand)).ToArray();
                var refs = memory.Changed().Where(static run => !run.IsNew).Select(static run => run.Ref.Run).ToHashSet();
                return (runs, refs, memory.Tables);
            });
            var records = new List<RunRecord>();
            foreach (var (run, fixedInfo, stand) in changed)
            {
                var info = fixedInfo ?? await log.ReadAsync(
                    run.Instance, instance => instance.Find(run.Run)?.Info, isProven: true).ConfigureAwait(false);
                if (info?.ToRecord(stand) is { } record && Matches(record, query, after)) records.Add(record);
            }

            await AddAsync(records, tables, query, after, known).ConfigureAwait(false);
            return records;
        });

    private static Task AddAsync(
        List<RunRecord> records, TableSet tables, ListQuery query, ListCursor after, HashSet<Guid> known)
    {
        if (!query.IsByEnd) return AlongAsync(StartsFrom(query, after.Time, after.Handle, query.StartedBefore));
        return tables.Manifest.HasEnds
            ? AlongAsync(TableKeys.OfEndFrom(query.Namespace, Newest(after.Time, query.ClosedBefore, out var isBound),
                isBound ? long.MaxValue : after.Handle))
            : ByStartsAsync();

        async Task AlongAsync(byte[] from)
        {
            var taken = 0;
            await foreach (var record in ScanAsync(from).ConfigureAwait(false))
            {
                if (IsPast(record, query)) break;
                if (known.Contains(record.Key.RunId.Value) || !Matches(record, query, after)) continue;
                records.Add(record);
                if (++taken > query.PageSize) break;
            }
        }

        // What ended before a time began before it; else the list of starts says nothing of ends, and is read to its end.
        async Task ByStartsAsync()
        {
            var newest = new PriorityQueue<RunRecord, (long, long)>();
            await foreach (var record in ScanAsync(StartsFrom(query, after.Time, long.MaxValue, query.ClosedBefore))
                .ConfigureAwait(false))
            {
                if (known.Contains(record.Key.RunId.Value) || !Matches(record, query, after)) continue;
                var place = ListCursor.At(query, record);
                newest.Enqueue(record, (place.Time, place.Handle));
                if (newest.Count > query.PageSize + 1) newest.Dequeue();
            }

            records.AddRange(newest.UnorderedItems.Select(static item => item.Element));
        }

        async IAsyncEnumerable<RunRecord> ScanAsync(byte[] from)
        {
            await foreach (var entry in tables.ScanAsync(from, TableKeys.Behind(TableKeys.NamespaceOf(from)))
                .ConfigureAwait(false)) yield return Read(entry.Value);
        }
    }

    private static byte[] StartsFrom(ListQuery query, long time, long handle, DateTimeOffset? before)
    {
        var newest = Newest(time, before, out var isBound);
        return TableKeys.OfListFrom(query.Namespace, newest, isBound ? long.MaxValue : handle);
    }

    private static long Newest(long time, DateTimeOffset? before, out bool isBound)
    {
        isBound = before is { } bound && bound.ToUnixTimeMilliseconds() < time;
        return isBound ? before!.Value.ToUnixTimeMilliseconds() : time;
    }

    private static bool IsPast(RunRecord run, ListQuery query) =>
        query.IsByEnd ? run.Summary.ClosedAt < query.ClosedFrom : run.StartedAt < query.StartedFrom;

    private static RunRecord Read(ReadOnlySpan<byte> value)
    {
        var reader = new ByteReader(value);
        var info = RunInfo.Read(ref reader);
        return info.ToRecord(RunStand.Read(ref reader));
    }

    private static bool Matches(RunRecord run, ListQuery query, ListCursor after) =>
        run.Key.Key.Namespace == query.Namespace
        && (!query.IsByEnd || run.Summary.ClosedAt is not null)
        && ListCursor.At(query, run).IsBehind(after)
        && (query.WorkflowType is null || run.WorkflowType == query.WorkflowType)
        && (query.Status is null || run.Summary.Status == query.Status)
        && (query.IdPrefix is null || run.Key.Key.Id.Value.StartsWith(query.IdPrefix, StringComparison.Ordinal))
        && (query.StartedFrom is null || run.StartedAt >= query.StartedFrom)
        && (query.StartedBefore is null || run.StartedAt < query.StartedBefore)
        && (query.ClosedFrom is null || run.Summary.ClosedAt >= query.ClosedFrom)
        && (query.ClosedBefore is null || run.Summary.ClosedAt < query.ClosedBefore);
}
