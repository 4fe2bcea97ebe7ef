using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Runs that the one before has promised: it continued as new, or was terminated for a start of its id. The ended run's last event
// says all of the next run, whose first append makes the ended one closed. What reaches the instance in between waits, in order,
// for the next run.
internal sealed partial class WorkflowInstance
{
    private OpenRun? _continuing;
    private TaskCompletionSource? _continued;

    /// <summary>A run has ended and promised the next, which is to be created.</summary>
    private void BeginContinuing(OpenRun ended, Turn turn)
    {
        _continuing = ended;
        _continued = new TaskCompletionSource();
        _inbox.HandOn(turn, goesOn: ended.Run.ClosingEvent is RunContinuedAsNew);
    }

    /// <summary>Creates the run that an ended one has promised.</summary>
    /// <returns>False where somebody else writes the instance.</returns>
    private async Task<bool> ContinueAsync(OpenRun ended)
    {
        var (outcome, fault, _) = await CreateAsync(ended.Run.Successor(), ended.Key.RunId);
        return outcome == AppendOutcome.Appended && fault is null;
    }

    /// <summary>There is a run again that takes messages, or the activation is going: those who waited look again.</summary>
    private void EndContinuing() => TakeContinued()?.TrySetResult();

    /// <summary>Nothing is promised any more; who waited for it is to be told by the caller.</summary>
    private TaskCompletionSource? TakeContinued()
    {
        _continuing = null;
        var waiting = _continued;
        _continued = null;
        return waiting;
    }

    /// <summary>A run was found that has ended but is not done: what it left open is taken up.</summary>
    private async Task TakeUpEndedAsync(RunRecord record)
    {
        TaskCompletionSource? waiting = null;
        if (record.Summary.Status is WorkflowStatus.ContinuedAsNew or WorkflowStatus.Terminated)
            _continued = waiting = new TaskCompletionSource(); // another run may follow it
        else _closed = new ClosedRun(record, null, null);
        try
        {
            if (await _services.Reader.LoadAsync(record, withCode: false, TakePage()) is not { Run.IsClosed: true } ended)
            {
                Forget(); // purged meanwhile: ask again
                return;
            }

            if (ended.Run.HasSuccessor)
            {
                if (await ContinueAsync(ended)) BeginTurns();
                else StepDown();
                return;
            }

            _closed = new ClosedRun(record, ResultReplies.Of(record.Key.RunId, ended.Run.ClosingEvent!), ended.StartedBy);
            SettleEnded(ended, repeated: true);
        }
        catch (EngineFault e)
        {
            _services.Log.TurnFailed(e, _grainKey); // its history is damaged: it has ended, and others cannot be told
            _closed = new ClosedRun(record, null, null);
        }
        catch
        {
            Forget(); // the store is away: the next call asks again
            throw;
        }
        finally
        {
            // Where the run that followed has promised a further one in its first turn, that is not for this call to end.
            if (_continued == waiting) EndContinuing();
            else waiting?.TrySetResult();
        }
    }
}
