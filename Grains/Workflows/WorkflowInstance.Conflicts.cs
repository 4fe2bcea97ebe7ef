using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Starts that meet another run of their id: whose start it was, and what the policies make of it.
internal sealed partial class WorkflowInstance
{
    /// <summary>What a start comes to where an open run holds the id.</summary>
    /// <returns>Null where that run was ended for it, so that it may be tried again.</returns>
    private async Task<StartReply?> MeetOpenAsync(OpenRun open, StartRequest request, InboxEntry? message, RequestId by)
    {
        var holder = open.Key.RunId;
        if (open.StartedBy == by) return Started(holder);
        if (await _services.EarlierStarts.FindAsync(_key, open.Run.Previous, by, request.IsRepeat) is { } mine)
            return Started(mine);
        switch (request.IdConflict)
        {
            case WorkflowIdConflictPolicy.UseExisting:
                // Nothing is written: what meets no open run when it is repeated starts one, as it would have done then.
                return new StartReply { RunId = holder.Value };
            case WorkflowIdConflictPolicy.TerminateExisting:
                var signal = message?.Stimulus as SignalRun;
                if (Replacements.UnfitFault(_services.Settings, request, signal) is { } unfit)
                    return new StartReply { Fault = unfit };
                return await PostAsync(Replacements.EndOpen(request, by, signal, Now)) == InboxOutcome.NotOwner
                    ? NotOwner() : null;
            default:
                return Refused(holder);
        }
    }

    /// <summary>
    /// The run that an earlier try of a request began. Looked for before the request is judged: what is deployed may have changed
    /// since, and a start that has taken effect is not refused.
    /// </summary>
    private async Task<RunId?> FindBegunAsync(StartRequest request)
    {
        if (_tenure.IsLeaving) return null;
        await EnsureKnownAsync();
        var by = new RequestId(request.Request.Client, request.Request.Number);
        return await _services.EarlierStarts.FindAsync(_key, LatestRun, by, isRepeat: true);
    }
}
