namespace Orchestration.Grains.Storage.InMemory;

/// <summary>The open runs of each shard, in order of state, due time and handle. One lock a shard.</summary>
internal sealed class DueIndex(int count)
{
    private readonly Shard[] _shards = CreateShards(count);

    /// <summary>Moves a run from where its old summary put it to where the new one does. The run's lock is held.</summary>
    public void Move(MemoryRun run, RunSummary? before, RunSummary? after)
    {
        var (oldState, oldDue) = Places(before, run);
        var (newState, newDue) = Places(after, run);
        if (oldState == newState && oldDue == newDue) return;
        var shard = _shards[run.Header.Shard];
        lock (shard.Gate)
        {
            Move(shard.Runs, oldState, newState, run);
            Move(shard.Runs, oldDue, newDue, run);
        }
    }

    public IReadOnlyList<MemoryRun> Take(DueQuery query)
    {
        var shard = _shards[query.Shard];
        var first = query.After is { } after
            ? new Entry(query.State, after.WakeAt?.ToUnixTimeMilliseconds() ?? 0, after.Handle)
            : new Entry(query.State, long.MinValue, long.MinValue);
        var last = new Entry(
            query.State, query.State == RunState.Parked ? query.Until.ToUnixTimeMilliseconds() : 0, long.MaxValue);
        var taken = new List<MemoryRun>();
        if (Comparer<Entry>.Default.Compare(first, last) > 0) return taken;
        lock (shard.Gate)
        {
            foreach (var entry in shard.Order.GetViewBetween(first, last))
            {
                if (query.After is not null && entry == first) continue;
                taken.Add(shard.Runs[entry]);
                if (taken.Count == query.Limit) break;
            }
        }

        return taken;
    }

    private static Shard[] CreateShards(int count)
    {
        var shards = new Shard[count];
        for (var i = 0; i < shards.Length; i++) shards[i] = new Shard();
        return shards;
    }

    private static void Move(EntryMap runs, Entry? from, Entry? to, MemoryRun run)
    {
        if (from == to) return;
        if (from is { } old) runs.Remove(old);
        if (to is { } next) runs.Add(next, run);
    }

    /// <summary>
    /// A runnable run with a timer has two places: it is to be woken after its silo's death, and when the timer is due. So has a
    /// stalled one with a deadline.
    /// </summary>
    private static (Entry? State, Entry? Due) Places(RunSummary? summary, MemoryRun run) => (
        summary?.State is RunState.Runnable or RunState.Stalled ? new Entry(summary.State, 0, run.Handle) : null,
        summary is { State: RunState.Parked or RunState.Runnable or RunState.Stalled, WakeAt: { } at }
            ? new Entry(RunState.Parked, at.ToUnixTimeMilliseconds(), run.Handle)
            : null);

    private readonly record struct Entry(RunState State, long Due, long Handle) : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            State != other.State ? State.CompareTo(other.State)
            : Due != other.Due ? Due.CompareTo(other.Due)
            : Handle.CompareTo(other.Handle);
    }

    private sealed class Shard
    {
        public Lock Gate { get; } = new();

        public SortedSet<Entry> Order { get; } = [];

        public EntryMap Runs { get; }

        public Shard() => Runs = new EntryMap(Order);
    }

    /// <summary>Keeps the order and the runs in step.</summary>
    private sealed class EntryMap(SortedSet<Entry> order)
    {
        private readonly Dictionary<Entry, MemoryRun> _runs = [];

        public MemoryRun this[Entry entry] => _runs[entry];

        public void Add(Entry entry, MemoryRun run)
        {
            order.Add(entry);
            _runs.Add(entry, run);
        }

        public void Remove(Entry entry)
        {
            order.Remove(entry);
            _runs.Remove(entry);
        }
    }
}
