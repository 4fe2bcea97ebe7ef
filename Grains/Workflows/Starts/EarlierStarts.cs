using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Starts;

/// <summary>
/// Whose start a run was: a request that has begun one begins no other, whatever runs there were since (invariant 8). Histories
/// tell; without a state of its own.
/// </summary>
internal sealed class EarlierStarts(RunReader reader, TimeProvider clock)
{
    /// <summary>
    /// The run that a request began, of an instance whose latest run has ended: that one, or one before it.
    /// </summary>
    public Task<RunId?> FindAsync(WorkflowKey key, ClosedRun closed, RequestId by, bool isRepeat) =>
        closed.StartedBy == by ? Task.FromResult<RunId?>(closed.Record.Key.RunId)
        : !isRepeat && !MessageLife.MayOvertake(closed.Record, clock.GetUtcNow()) ? Task.FromResult<RunId?>(null)
        : FindAsync(key, closed.Record.Key.RunId, by, isRepeat);

    /// <summary>
    /// Looks for a request's run behind later ones: a repeat's, or that of a request which was overtaken by its own repeat and
    /// arrives when the run that the repeat began is over.
    /// </summary>
    /// <param name="key">The instance.</param>
    /// <param name="latest">The first run to look at; those before it follow.</param>
    /// <param name="by">The request.</param>
    /// <param name="isRepeat">Whether it was sent before, with unknown outcome.</param>
    public async Task<RunId?> FindAsync(WorkflowKey key, RunId? latest, RequestId by, bool isRepeat)
    {
        // Repeats end after minutes: an id that began more runs than this meanwhile is beyond what anybody waits for. One that is
        // no repeat has most likely begun none, and looks for as long as a message may live, clocks that are off included.
        var furthest = isRepeat ? 1000 : 100;
        for (var steps = 0; latest is { } earlier && steps < furthest; steps++)
        {
            if (await reader.FindAsync(key, earlier) is not { } record) return null; // purged
            if (!isRepeat && !MessageLife.MayOvertake(record, clock.GetUtcNow())) return null;
            if (await reader.ReadStartAsync(record) is not { } started) return null;
            if (started.Request == by) return earlier;
            latest = started.Previous;
        }

        return null;
    }
}
