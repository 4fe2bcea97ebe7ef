namespace Orchestration.Grains.Storage.InMemory;

/// <summary>
/// Runs by a time of theirs, newest first, in stripes so that starts do not wait for each other. The time of a run that is in it
/// does not change.
/// </summary>
internal sealed class RunIndex
{
    private const int Stripes = 32;

    private readonly Func<MemoryRun, long> _timeOf;
    private readonly Comparer<MemoryRun> _byNewest;
    private readonly Stripe[] _stripes;

    /// <param name="timeOf">Unix milliseconds.</param>
    public RunIndex(Func<MemoryRun, long> timeOf)
    {
        _timeOf = timeOf;
        _byNewest = Comparer<MemoryRun>.Create((a, b) => Compare(timeOf(a), a.Handle, timeOf(b), b.Handle));
        _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Stripe(_byNewest))];
    }

    public void Add(MemoryRun run)
    {
        var stripe = _stripes[run.Handle % Stripes];
        lock (stripe.Gate) stripe.Runs.Add(run);
    }

    public void Remove(MemoryRun run)
    {
        var stripe = _stripes[run.Handle % Stripes];
        lock (stripe.Gate) stripe.Runs.Remove(run);
    }

    /// <summary>The newest runs after the cursor that match, at most so many, in order.</summary>
    public List<MemoryRun> Take(ListCursor after, Func<MemoryRun, bool> matches, int limit)
    {
        var taken = new List<MemoryRun>();
        foreach (var stripe in _stripes)
        {
            var found = 0;
            lock (stripe.Gate)
            {
                foreach (var run in stripe.Runs)
                {
                    if (Compare(_timeOf(run), run.Handle, after.Time, after.Handle) <= 0 || !matches(run)) continue;
                    taken.Add(run);
                    if (++found == limit) break;
                }
            }
        }

        taken.Sort(_byNewest);
        if (taken.Count > limit) taken.RemoveRange(limit, taken.Count - limit);
        return taken;
    }

    private static int Compare(long timeA, long handleA, long timeB, long handleB) =>
        timeA != timeB ? timeB.CompareTo(timeA) : handleB.CompareTo(handleA);

    private sealed class Stripe(IComparer<MemoryRun> order)
    {
        public Lock Gate { get; } = new();

        public SortedSet<MemoryRun> Runs { get; } = new(order);
    }
}
