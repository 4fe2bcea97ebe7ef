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

    private readonly List<TakenMessages> _read = [];
    private (RunId First, RunId? Before)? _chain;

    /// <summary>Which of the runs took a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="latest">The latest of the runs.</param>
    /// <param name="since">Those that ended before cannot be meant, other than the latest.</param>
    /// <param name="alone">Whether the latest alone is meant.</param>
    /// <exception cref="EngineFault">A history is damaged.</exception>
    public async ValueTask<RunId?> FindAsync(Stimulus message, RunId? latest, DateTimeOffset since, bool alone = false)
    {
        var left = alone ? 1 : Most;
        for (var run = latest; run is { } earlier && left > 0; left--)
        {
            var taken = _read.Find(t => t.Run == earlier);
            if (taken is null)
            {
                if (await reader.FindAsync(key, earlier) is not { Summary.ClosedAt: { } closed } record) return null; // purged
                if (closed < since && earlier != latest) return null;
                taken = TakenMessages.Of(earlier, closed, await reader.ReadEventsAsync(record));
                if (_read.Count >= Most) _read.RemoveAt(0);
                _read.Add(taken);
            }

            if (taken.ClosedAt < since && earlier != latest) return null;
            if (taken.Contains(message)) return earlier;
            run = left == 1 ? null : await BeforeAsync(taken.ContinuedFrom, taken.FirstRun, taken.Previous);
        }

        return null;
    }

    /// <summary>The run before a chain of runs that continue each other: what its runs took the later ones know.</summary>
    public async ValueTask<RunId?> BeforeAsync(RunId? continuedFrom, RunId first, RunId? previous)
    {
        if (continuedFrom is null) return previous;
        if (_chain is { } known && known.First == first) return known.Before;
        var before = await reader.FindAsync(key, first) is { } record ? (await reader.ReadStartAsync(record))?.Previous : null;
        _chain = (first, before);
        return before;
    }
}
