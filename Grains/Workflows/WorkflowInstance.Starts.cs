using System.Runtime.CompilerServices;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Requests;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// The first turn of a run; whether one is to be started is decided beside it.
internal sealed partial class WorkflowInstance : IStartedInstance
{
    private bool _isStarting;
    private TaskCompletionSource? _started;

    /// <summary>The start that is under way; null where none is.</summary>
    public Task? Starting => _isStarting ? (_started ??= new TaskCompletionSource()).Task : null;

    public Task<StartReply> StartAsync(StartRequest request, InboxEntry? message) =>
        new StartRequests(this, _services).StartAsync(request, message);

    public Task<RunCallReply> StartChildAsync(RunCall call) => new ChildStarts(this, _services).StartAsync(call);

    Task? IStartedInstance.Continuing => _continued?.Task;

    void IStartedInstance.BeginStarting() => _isStarting = true;

    void IStartedInstance.NoteWanted() => _place.NoteWanted();

    RunCarry? IStartedInstance.TakeOver() => _debts?.TakeOver();

    Task IStartedInstance.AdoptRecordAsync(RunRecord existing) => AdoptRecordAsync(existing);

    Task<Fault?> IStartedInstance.EnsureAnyOpenAsync() => EnsureOpenAsync(afterCrash: false);

    /// <summary>Lets the next start go on; it sees what became of this one.</summary>
    public void EndStarting()
    {
        _isStarting = false;
        var ended = _started;
        _started = null;
        ended?.SetResult();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(AppendOutcome Outcome, Fault? Fault, RunRecord? Existing)> CreateAsync(
        StartRun start, RunId? previous, InboxEntry? message = null)
    {
        var run = new WorkflowRun(_services.Settings);
        var open = new OpenRun(run, new StoreKey(_key, start.RunId), start.WorkflowType, Now)
        {
            StartedBy = start.Request,
            TraceParent = start.TraceParent,
        };
        Turn turn;
        try
        {
            if (message?.Stimulus is UpdateRun update)
            {
                var (taken, rejected) = await AdvanceFirstApartAsync(open, start, update);
                if (taken is null) return (AppendOutcome.Conflict, RequestFaults.Of(rejected!, this), null); // nothing is written
                turn = taken;
            }
            else
            {
                turn = Advance(open, message is null ? [start] : [start, message.Stimulus], open.StartedAt);
            }

            if (turn.Rejected is [{ Kind: RejectionKind.Invalid } wrong, ..])
                return (AppendOutcome.Conflict, WorkflowFaults.Invalid(wrong.Message), null); // nothing was written
        }
        catch (ApiFailure e)
        {
            return (AppendOutcome.Conflict, WorkflowFaults.Of(e), null); // an input of the wrong type: nothing was written
        }

        open.StartedAt = turn.Events[0].At;
        var header = new RunHeader(start.WorkflowType, _services.Writer.ShardOf(_key), open.StartedAt, previous);
        AppendResult result;
        try
        {
            result = await _services.Writer.AppendAsync(open, turn, header, _tenure.Stop);
        }
        catch (OperationCanceledException)
        {
            return (AppendOutcome.Conflict, WorkflowFaults.NotOwner("The activation is going; repeat the request."), null);
        }

        if (result.Outcome != AppendOutcome.Appended) return (result.Outcome, null, result.Existing);
        Begin(open, turn, message);
        return (result.Outcome, null, null);
    }

    /// <summary>A run's first turn is durable: it is the instance's latest run from now on.</summary>
    private void Begin(OpenRun open, Turn turn, InboxEntry? message)
    {
        open.Run.Disturbed = _activation.Marshal(Nudge);
        Hold(open);
        var waiting = TakeContinued();
        try
        {
            _debts?.Drop(); // what the run before still owed, this one has taken over
            _closed = null;
            (_known, _isAbsent) = (true, false);
            NoteConfirmed();
            _warned = false;
            _services.Instruments.Started(open.WorkflowType);
            NoteStall(open, null);
            _inbox.TakeFirst(message);
            Acknowledge(open, turn);
            if (_continuing is not null) BeginTurns();
            Settle();
        }
        finally
        {
            // Whoever waited for the run goes on at once, within this call, and may have a turn taken, which is not to meet one
            // that is half done.
            waiting?.TrySetResult();
        }
    }
}
