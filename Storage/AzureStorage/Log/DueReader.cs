using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Log.Memory;
using Orchestration.Storage.AzureStorage.Log.Tables;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>The runs of one log that are to be woken: what the log alone has, laid over the due index of the tables.</summary>
internal static class DueReader
{
    // Looks ahead are taken every half minute and mend what an earlier one missed; 256 shards look at times of their own, and
    // need not each ask the service whether the log has grown within the last second.
    private static readonly TimeSpan LookAheadStaleness = TimeSpan.FromSeconds(1);

    public static Task<List<DueRun>> TakeAsync(SharedLog log, DueQuery query) => log.WithTablesAsync(async () =>
    {
        await log.ProveAsync(query.State == RunState.Parked ? LookAheadStaleness : default).ConfigureAwait(false);
        var (changed, known, tables) = log.Read(memory => Look(memory, query));
        var runs = new List<DueRun>();
        foreach (var candidate in changed)
        {
            var info = candidate.Info ?? await log.ReadAsync(
                candidate.Ref.Instance, instance => instance.Find(candidate.Ref.Run)?.Info, isProven: true).ConfigureAwait(false);
            if (info is null) continue;
            var run = new DueRun(
                info.Key.Key, candidate.Stand.Summary.State,
                query.State == RunState.Parked ? candidate.Stand.Summary.WakeAt : null, candidate.Stand.Wakes, info.Handle,
                query.State == RunState.Stalled ? candidate.Stand.Summary.Detail : null);
            if (query.After is not { } after || Compare(run, after) > 0) runs.Add(run);
        }

        runs.Sort(Compare);
        var added = await AddAsync(runs, tables, query, known).ConfigureAwait(false);
        if (query.State != RunState.Stalled) return runs;

        // Why a run is stalled stands with the run, not in the index.
        for (var i = 0; i < runs.Count; i++)
        {
            if (!added.TryGetValue(runs[i].Handle, out var id)) continue;
            runs[i] = runs[i] with
            {
                Detail = await log.ReadAsync(
                    RunRef.InstanceOf(runs[i].Key), instance => instance.Find(id)?.Stand.Summary.Detail, isProven: true)
                    .ConfigureAwait(false),
            };
        }

        return runs;
    });

    private static int Compare(DueRun a, DueRun b)
    {
        var order = Nullable.Compare(a.WakeAt, b.WakeAt);
        return order != 0 ? order : a.Handle.CompareTo(b.Handle);
    }

    private static (List<(RunRef Ref, RunInfo? Info, RunStand Stand)>, HashSet<Guid>, TableSet) Look(
        LogMemory memory, DueQuery query)
    {
        var (changed, known) = (new List<(RunRef, RunInfo?, RunStand)>(), new HashSet<Guid>());
        foreach (var run in memory.ChangedIn(query.Shard))
        {
            if (!run.IsNew) known.Add(run.Ref.Run);
            var summary = run.Stand.Summary;
            if (!run.IsPurged && IsDue(summary, query)) changed.Add((run.Ref, run.Info, run.Stand));
        }

        return (changed, known, memory.Tables);
    }

    private static bool IsDue(RunSummary? summary, DueQuery query) => summary is not null && (query.State == RunState.Parked
        ? summary is { State: not RunState.Closed, WakeAt: { } at } && at <= query.Until
        : summary.State == query.State);

    /// <summary>Adds what the tables have and the log has not changed since; keeps the first so many.</summary>
    /// <returns>The runs of those that were added, by handle.</returns>
    private static async Task<Dictionary<long, Guid>> AddAsync(
        List<DueRun> runs, TableSet tables, DueQuery query, HashSet<Guid> known)
    {
        var (due, handle) = query.After is { } after
            ? (after.WakeAt?.ToUnixTimeMilliseconds() ?? 0, after.Handle) : (long.MinValue, long.MinValue);
        var from = TableKeys.OfDueFrom(query.Shard, query.State, due, handle);
        var until = TableKeys.Behind(from.AsSpan(0, 3));
        var last = query.Until.ToUnixTimeMilliseconds();
        var taken = new Dictionary<long, Guid>();
        await foreach (var entry in tables.ScanAsync(from, until).ConfigureAwait(false))
        {
            var place = TableKeys.ReadDue(entry.Key);
            if (query.State == RunState.Parked && place.Due > last) break;
            if (known.Contains(place.Run) || (place.Due == due && place.Handle == handle)) continue;
            runs.Add(Read(entry.Value, query, place.Due, place.Handle));
            taken[place.Handle] = place.Run;
            if (taken.Count == query.Limit) break;
        }

        if (taken.Count > 0) runs.Sort(Compare);
        if (runs.Count > query.Limit) runs.RemoveRange(query.Limit, runs.Count - query.Limit);
        return taken;
    }

    private static DueRun Read(ReadOnlySpan<byte> value, DueQuery query, long due, long handle)
    {
        var reader = new ByteReader(value);
        var (state, wakes) = ((RunState)reader.Number(), (int)reader.Number());
        return new DueRun(
            RunCode.ReadKey(ref reader), state, query.State == RunState.Parked ? RunCode.Time(due) : null, wakes, handle);
    }
}
