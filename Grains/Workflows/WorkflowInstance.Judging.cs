using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows;

// Turns in which updates are validated: a validator is the application's code and may never end, and of a rejected update
// nothing stands in the history. So such turns are taken on threads of their own, and where one is given up the run is rebuilt
// without it.
internal sealed partial class WorkflowInstance
{
    /// <summary>Whether a validator may run in the turn that is being taken.</summary>
    private bool MayJudge(OpenRun open)
    {
        for (var i = 0; i < _stimuli.Count; i++)
            if (_stimuli[i] is UpdateRun update && open.Run.MayJudge(update.Name)) return true;
        return false;
    }

    /// <summary>Takes a turn on another thread, under guard.</summary>
    /// <returns>Null where nothing is to be committed: the turn was given up, or all that it had is refused.</returns>
    private async Task<Turn?> AdvanceApartAsync(OpenRun open)
    {
        RejectWhat(update => _services.Validators.Refuse(open.WorkflowType, update));
        if (_taken.Count == 0) return null;
        StallIfTooLarge(open);
        var outcome = await _services.Validators.AdvanceAsync(open, [.. _stimuli], Now);
        if (outcome.Turn is { } turn) return turn;
        if (outcome.Culprit is not { } culprit)
        {
            StepDown(); // the store has it as stalled: the next activation reads that, and runs none of its code
            return null;
        }

        RejectWhat(update => ReferenceEquals(update, culprit) ? _services.Validators.GivenUp(update) : null);
        GiveBack();
        await TakeBackCountAsync(open);
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

    private void RejectWhat(Func<UpdateRun, RejectedStimulus?> rejection)
    {
        for (var i = _taken.Count - 1; i >= 0; i--)
        {
            if (_stimuli[i] is not UpdateRun update || rejection(update) is not { } rejected) continue;
            _taken[i].Reject(rejected);
            _taken.RemoveAt(i);
            _stimuli.RemoveAt(i);
        }
    }

    /// <summary>What was taken goes back to the head of the inbox, as it was.</summary>
    private void GiveBack()
    {
        InboxEntry[] waiting = [.. _inbox];
        _inbox.Clear();
        foreach (var entry in _taken) _inbox.Enqueue(entry);
        foreach (var entry in waiting) _inbox.Enqueue(entry);
        _taken.Clear();
        _stimuli.Clear();
    }
}
