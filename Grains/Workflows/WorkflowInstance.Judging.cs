using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows;

// Turns in which updates are validated: a validator is the application's code and may never end, and of a rejected update
// nothing stands in the history. So such turns are taken on threads of their own, and where one is given up the run is rebuilt
// without it.
internal sealed partial class WorkflowInstance
{
    /// <summary>Takes a turn on another thread, under guard.</summary>
    /// <returns>Null where nothing is to be committed: the turn was given up, or all that it had is refused.</returns>
    private async Task<Turn?> AdvanceApartAsync(OpenRun open)
    {
        if (!_inbox.Reject(update => _services.Validators.Refuse(open.WorkflowType, update))) return null;
        StallIfTooLarge(open);
        var outcome = await _services.Validators.AdvanceAsync(open, [.. _inbox.Taken], Now);
        if (outcome.Turn is { } turn) return turn;
        if (outcome.Culprit is not { } culprit)
        {
            StepDown(); // the store has it as stalled: the next activation reads that, and runs none of its code
            return null;
        }

        _inbox.Reject(update => ReferenceEquals(update, culprit) ? _services.Validators.GivenUp(update) : null);
        _inbox.GiveBack();
        await _services.SuspectRuns.TakeBackCountAsync(open, _tenure);
        await RebuildAsync();
        return null;
    }

    /// <summary>Takes a run's first turn, which has an update.</summary>
    /// <returns>The turn, or why there is none.</returns>
    private async Task<(Turn? Turn, RejectedStimulus? Rejected)> AdvanceFirstApartAsync(
        OpenRun open, StartRun start, UpdateRun update)
    {
        if (_services.Validators.Refuse(open.WorkflowType, update) is { } refused) return (null, refused);
        var outcome = await _services.Validators.AdvanceAsync(open, [start, update], open.StartedAt);
        return outcome.Turn is { } turn ? (turn, null) : (null, _services.Validators.GivenUp(update));
    }
}
