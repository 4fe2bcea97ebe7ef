using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Starts that meet another run of their id: whose start it was, and what the policies make of it.
internal sealed partial class WorkflowInstance
{
    /// <summary>What a start comes to where an open run holds the id.</summary>
    /// <returns>Null where that run was ended for it, so that it may be tried again.</returns>
    private async Task<StartReply?> MeetOpenAsync(OpenRun open, StartRequest request, RequestId by)
    {
        var holder = open.Key.RunId;
        if (open.StartedBy == by) return Started(holder);
        if (request.IsRepeat && await FindEarlierAsync(open.Run.Previous, by) is { } mine) return Started(mine);
        switch (request.IdConflict)
        {
            case WorkflowIdConflictPolicy.UseExisting:
                return new StartReply { RunId = holder.Value };
            case WorkflowIdConflictPolicy.TerminateExisting:
                var terminate = new Terminate("A start of the same id took its place (TerminateExisting).", by);
                return await PostAsync(terminate) == InboxOutcome.NotOwner ? NotOwner() : null;
            default:
                return Refused(holder);
        }
    }

    /// <summary>
    /// The run that a request began, of an instance whose latest run has ended: that one, or, for a repeat, one before it.
    /// </summary>
    private async Task<RunId?> FindStartedByAsync(ClosedRun closed, StartRequest request, RequestId by)
    {
        if (closed.StartedBy is { } known && !request.IsRepeat)
            return known == by ? closed.Record.Key.RunId : null;
        if (await _services.Reader.ReadStartAsync(closed.Record) is not { } started) return null;
        if (started.Request == by) return closed.Record.Key.RunId;
        return request.IsRepeat ? await FindEarlierAsync(started.Previous, by) : null;
    }

    /// <summary>
    /// Looks for a request's run behind later ones. Only repeats look, which are rare: a request that was never sent before has
    /// no run.
    /// </summary>
    private async Task<RunId?> FindEarlierAsync(RunId? runId, RequestId by)
    {
        // Repeats end after minutes: an id that began more runs than this meanwhile is beyond what anybody waits for.
        const int furthest = 1000;
        for (var steps = 0; runId is { } earlier && steps < furthest; steps++)
        {
            if (await _services.Reader.FindAsync(_key, earlier) is not { } record) return null; // purged
            if (await _services.Reader.ReadStartAsync(record) is not { } started) return null;
            if (started.Request == by) return earlier;
            runId = started.Previous;
        }

        return null;
    }
}
