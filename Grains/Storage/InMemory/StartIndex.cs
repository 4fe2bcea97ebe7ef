namespace Orchestration.Grains.Storage.InMemory;

/// <summary>All runs, newest start first, in stripes so that starts do not wait for each other.</summary>
internal sealed class StartIndex
{
    private const int Stripes = 32;

    private readonly Stripe[] _stripes = CreateStripes();

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
                    if (Compare(run.StartedAt, run.Handle, after.StartedAt, after.Handle) <= 0 || !matches(run)) continue;
                    taken.Add(run);
                    if (++found == limit) break;
                }
            }
        }

        taken.Sort(ByNewest);
        if (taken.Count > limit) taken.RemoveRange(limit, taken.Count - limit);
        return taken;
    }

    private static readonly Comparer<MemoryRun> ByNewest =
        Comparer<MemoryRun>.Create(static (a, b) => Compare(a.StartedAt, a.Handle, b.StartedAt, b.Handle));

    private static int Compare(long startedA, long handleA, long startedB, long handleB) =>
        startedA != startedB ? startedB.CompareTo(startedA) : handleB.CompareTo(handleA);

    private static Stripe[] CreateStripes()
    {
        var stripes = new Stripe[Stripes];
        for (var i = 0; i < stripes.Length; i++) stripes[i] = new Stripe();
        return stripes;
    }

    private sealed class Stripe
    {
        public Lock Gate { get; } = new();

        public SortedSet<MemoryRun> Runs { get; } = new(ByNewest);
    }
}
