using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messages;

/// <summary>
/// What the runs of an instance took that ended lately: a message that comes again, or late, when its run has ended is not taken
/// by the next one too. Histories tell; each is read once in an activation's life, and only where a message may still be under
/// way to it.
/// </summary>
internal sealed class EarlierRuns(RunReader reader, WorkflowKey key)
{
    /// <summary>How many are looked through: who runs more of them under one id in an hour is told of the latest.</summary>
    private const int Most = 16;

    private readonly List<Ended> _read = []; // the latest first
    private (RunId First, RunId? Before)? _chain; // of the open run

    /// <summary>Which of the runs took a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="latest">The latest of the runs.</param>
    /// <param name="since">Those that ended before cannot be meant, other than the latest.</param>
    /// <param name="alone">Whether the latest alone is meant.</param>
    /// <exception cref="EngineFault">A history is damaged.</exception>
    public async ValueTask<RunId?> FindAsync(Stimulus message, RunId? latest, DateTimeOffset since, bool alone = false)
    {
        var left = alone ? 1 : Most;
        Ended? after = null;
        for (var run = latest; run is { } earlier && left > 0; left--)
        {
            var ended = _read.Find(e => e.Taken.Run == earlier);
            if (ended is null)
            {
                if (await reader.FindAsync(key, earlier) is not { Summary.ClosedAt: { } closed } record) return null; // purged
                if (closed < since && earlier != latest) return null;
                ended = new Ended(TakenMessages.Of(earlier, closed, await reader.ReadEventsAsync(record)));
                Keep(ended, after);
            }

            after = ended;
            var taken = ended.Taken;
            if (taken.ClosedAt < since && earlier != latest) return null;
            if (taken.Contains(message)) return earlier;
            if (left > 1) run = await BeforeAsync(ended);
        }

        return null;
    }

    /// <summary>The run before an open one, and before those that it continues: what they took it knows.</summary>
    public async ValueTask<RunId?> BeforeAsync(WorkflowRun open)
    {
        if (_chain is { } known && known.First == open.FirstRun) return known.Before;
        var before = await BeforeChainAsync(open.ContinuedFrom, open.FirstRun, open.Previous);
        _chain = (open.FirstRun, before);
        return before;
    }

    private async ValueTask<RunId?> BeforeAsync(Ended ended)
    {
        if (ended.KnowsBefore) return ended.Before;
        var taken = ended.Taken;
        ended.Before = await BeforeChainAsync(taken.ContinuedFrom, taken.FirstRun, taken.Previous);
        ended.KnowsBefore = true;
        return ended.Before;
    }

    private async ValueTask<RunId?> BeforeChainAsync(RunId? continuedFrom, RunId first, RunId? previous) =>
        continuedFrom is null ? previous
        : await reader.FindAsync(key, first) is { } record ? (await reader.ReadStartAsync(record))?.Previous : null;

    // What ended first is looked at last, so that nothing is read twice while it may be looked at. The runs' order tells which
    // that is: their times do not, where many end within a millisecond.
    private void Keep(Ended ended, Ended? after)
    {
        if (_read.Count >= Most) _read.RemoveAt(_read.Count - 1);
        var place = after is null ? _read.FindIndex(e => e.Taken.ClosedAt <= ended.Taken.ClosedAt) : _read.IndexOf(after) + 1;
        _read.Insert(place < 0 ? _read.Count : place, ended);
    }

    private sealed class Ended(TakenMessages taken)
    {
        public TakenMessages Taken => taken;

        public RunId? Before { get; set; }

        public bool KnowsBefore { get; set; }
    }
}
