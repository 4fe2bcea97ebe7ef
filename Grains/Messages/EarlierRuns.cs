using Microsoft.Extensions.Logging;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messages;

/// <summary>
/// What the runs of an instance took that ended lately: a message that comes again, or late, when its run has ended is
/// acknowledged by that one, and not taken by the next one too (invariants 7 and 8). Histories tell; each is read once in an
/// activation's life, and only where a message may still be under way to it.
/// </summary>
/// <param name="reader">Reads histories.</param>
/// <param name="key">The instance.</param>
/// <param name="clock">Tells which messages may still be under way.</param>
/// <param name="log">Is told of a damaged history.</param>
internal sealed class EarlierRuns(RunReader reader, WorkflowKey key, TimeProvider clock, ILogger<WorkflowGrain> log)
{
    /// <summary>How many are looked through: who runs more of them under one id in an hour is told of the latest.</summary>
    private const int Most = 16;

    private readonly List<Ended> _read = []; // the latest first
    private (RunId First, RunId? Before)? _chain; // of the open run

    /// <summary>Which run that has ended took a message; by its request, so those without one were taken by none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isRepeat">Whether it was sent before, with unknown outcome.</param>
    /// <param name="ended">The instance's latest run, where that has ended, or the one that is meant.</param>
    /// <param name="open">The open run, where no ended one is given: those before it are looked at.</param>
    /// <param name="alone">Whether the ended run alone is meant.</param>
    /// <returns>The run, or why that cannot be told.</returns>
    public async ValueTask<(RunId? Run, Fault? Fault)> FindTakenAsync(
        Stimulus message, bool isRepeat, RunId? ended, WorkflowRun? open, bool alone = false)
    {
        try
        {
            if (ended is null && open is not null) ended = await BeforeAsync(open);
            return (await FindAsync(message, ended, clock.GetUtcNow() - MessageLife.Longest, alone), null);
        }
        catch (EngineFault e) when (isRepeat)
        {
            return (null, WorkflowFaults.Engine(e)); // its history is damaged, and may have had it
        }
        catch (EngineFault e)
        {
            log.TurnFailed(e, key.ToGrainKey()); // the same; what came once was most likely never there
            return default;
        }
    }

    /// <summary>Which of the runs took a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="latest">The latest of the runs.</param>
    /// <param name="since">Those that ended before cannot be meant, other than the latest.</param>
    /// <param name="alone">Whether the latest alone is meant.</param>
    /// <exception cref="EngineFault">A history is damaged.</exception>
    private async ValueTask<RunId?> FindAsync(Stimulus message, RunId? latest, DateTimeOffset since, bool alone)
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
    private async ValueTask<RunId?> BeforeAsync(WorkflowRun open)
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
