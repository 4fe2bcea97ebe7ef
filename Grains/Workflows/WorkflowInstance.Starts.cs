using System.Runtime.CompilerServices;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Grains.Workflows.Requests;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Telemetry;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

internal sealed partial class WorkflowInstance
{
    private bool _isStarting;
    private TaskCompletionSource? _started;

    /// <summary>The start that is under way; null where none is.</summary>
    private Task? Starting => _isStarting ? (_started ??= new TaskCompletionSource()).Task : null;

    /// <summary>Starts a run; answers once that is durable, or with the run's end if the request asks to wait.</summary>
    /// <param name="request">The start.</param>
    /// <param name="message">What the run is to have from its first commit on.</param>
    public async Task<StartReply> StartAsync(StartRequest request, InboxEntry? message)
    {
        if (request.IsRepeat && await FindBegunAsync(request) is { } begun)
        {
            return MayWait(request)
                ? Started(begun) with { Result = await AwaitResultAsync(begun.Value, request.Wait) } : Started(begun);
        }

        if (Check(request) is { } fault) return new StartReply { Fault = fault };
        _place.NoteWanted();

        // Where an open run holds the id, its code is here, and that of the new one need not be.
        if (_open is null && await HostedFaultAsync(request.WorkflowType, request.Version) is { } unhosted)
            return new StartReply { Fault = unhosted };
        if (_services.Starts.Enter() is { } notNow) return new StartReply { Fault = notNow };
        StartReply reply;
        var committed = false;
        try
        {
            while (Starting is { } other) await other; // one start at a time
            _isStarting = true;
            try
            {
                reply = await StartOneAsync(request, message);
            }
            finally
            {
                EndStarting();
            }

            committed = reply.Fault is null;
        }
        finally
        {
            _services.Starts.Exit(committed);
        }

        return committed && MayWait(request)
            ? reply with { Result = await AwaitResultAsync(reply.RunId, request.Wait) } : reply;
    }

    // A repeat is answered before it is judged.
    private static bool MayWait(StartRequest request) =>
        request.Wait > TimeSpan.Zero && request.Wait <= ResultWaiters.LongestWait;

    /// <summary>Lets the next start go on; it sees what became of this one.</summary>
    private void EndStarting()
    {
        _isStarting = false;
        var ended = _started;
        _started = null;
        ended?.SetResult();
    }

    private Fault? Check(StartRequest request)
    {
        if (_tenure.IsLeaving) return WorkflowFaults.Moving;
        if (request.Wait < TimeSpan.Zero || request.Wait > ResultWaiters.LongestWait)
            return WorkflowFaults.Invalid($"A start may wait 0 to 20 s for the result, not {request.Wait}.");
        if (StartChecks.Problem(request) is { } problem) return WorkflowFaults.Invalid(problem);
        return request.Input.Data.Length > _services.Options.MaximumPayloadBytes
            ? WorkflowFaults.TooLarge("input", request.Input.Data.Length, _services.Options.MaximumPayloadBytes)
            : null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StartReply> StartOneAsync(StartRequest request, InboxEntry? message)
    {
        var by = new RequestId(request.Request.Client, request.Request.Number);
        RunId? previous = null;
        while (true)
        {
            while (_continued is { } continued) await continued.Task;
            if (_tenure.IsLeaving) return NotOwner();

            // An instance that this activation knows nothing of is most likely new: the append itself finds out, and nothing is
            // read.
            if (_open is { } open)
            {
                if (await MeetOpenAsync(open, request, message, by) is { } met) return met;
                continue; // it was ended for this start
            }

            if (_closed is { } closed)
            {
                if (await _services.EarlierStarts.FindAsync(_key, closed, by, request.IsRepeat) is { } mine)
                    return Started(mine);
                if (!MayReuse(request.IdReuse, closed.Record.Summary.Status)) return Refused(closed.Record.Key.RunId);
                previous = closed.Record.Key.RunId;
            }

            var run = new RunId(Chance.NewGuid());
            var start = new StartRun(_key, run, request.WorkflowType, request.Input, Chance.NextInt64(), by,
                request.TraceParent ?? RunSpans.Begin(request.WorkflowType, _key))
            {
                Version = request.Version,
                RunTimeout = request.RunTimeout,
                ExecutionTimeout = request.ExecutionTimeout,
                StartDelay = request.StartDelay,
                Headers = request.Headers,
                Previous = previous,
                Carry = _debts?.TakeOver(),
            };
            var (outcome, fault, existing) = await CreateAsync(start, previous, message);
            if (fault is not null) return new StartReply { Fault = fault };
            if (outcome == AppendOutcome.Appended) return Started(run);
            if (existing is null) return NotOwner();
            await AdoptRecordAsync(existing);
            if (_open is null && _closed is null && _continued is null
                && await EnsureOpenAsync(afterCrash: false) is { } unreadable)
                return new StartReply { Fault = unreadable }; // the run that holds the id cannot be loaded
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(AppendOutcome Outcome, Fault? Fault, RunRecord? Existing)> CreateAsync(
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

    private StartReply Refused(RunId holder) => new() { Fault = WorkflowFaults.AlreadyStarted(_key, holder) };

    private static StartReply Started(RunId run) => new() { RunId = run.Value, IsNew = true };

    private static StartReply NotOwner() =>
        new() { Fault = WorkflowFaults.NotOwner("The workflow is written by another activation; repeat the request.") };

    private static bool MayReuse(WorkflowIdReusePolicy policy, WorkflowStatus status) => policy switch
    {
        WorkflowIdReusePolicy.AllowDuplicate => true,
        WorkflowIdReusePolicy.AllowDuplicateFailedOnly => status != WorkflowStatus.Completed,
        _ => false,
    };
}
