using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Log.Tables;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>A list's runs of one log, newest start first: what the log alone has, laid over the tables' lists.</summary>
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

    private static async Task AddAsync(
        List<RunRecord> records, TableSet tables, ListQuery query, ListCursor after, HashSet<Guid> known)
    {
        var prefix = TableKeys.OfNamespace(query.Namespace);
        var newest = after.StartedAt;
        if (query.StartedBefore is { } before) newest = Math.Min(newest, before.ToUnixTimeMilliseconds());
        var from = TableKeys.OfListFrom(
            query.Namespace, newest, newest == after.StartedAt ? after.Handle : long.MaxValue);
        var taken = 0;
        await foreach (var entry in tables.ScanAsync(from, TableKeys.Behind(prefix)).ConfigureAwait(false))
        {
            var record = Read(entry.Value);
            if (query.StartedFrom is { } oldest && record.StartedAt < oldest) break;
            if (known.Contains(record.Key.RunId.Value) || !Matches(record, query, after)) continue;
            records.Add(record);
            if (++taken > query.PageSize) break;
        }
    }

    private static RunRecord Read(ReadOnlySpan<byte> value)
    {
        var reader = new ByteReader(value);
        var info = RunInfo.Read(ref reader);
        return info.ToRecord(RunStand.Read(ref reader));
    }

    private static bool Matches(RunRecord run, ListQuery query, ListCursor after)
    {
        var started = run.StartedAt.ToUnixTimeMilliseconds();
        return run.Key.Key.Namespace == query.Namespace
            && (started < after.StartedAt || (started == after.StartedAt && run.Handle < after.Handle))
            && (query.WorkflowType is null || run.WorkflowType == query.WorkflowType)
            && (query.Status is null || run.Summary.Status == query.Status)
            && (query.IdPrefix is null || run.Key.Key.Id.Value.StartsWith(query.IdPrefix, StringComparison.Ordinal))
            && (query.StartedFrom is null || run.StartedAt >= query.StartedFrom)
            && (query.StartedBefore is null || run.StartedAt < query.StartedBefore);
    }
}
