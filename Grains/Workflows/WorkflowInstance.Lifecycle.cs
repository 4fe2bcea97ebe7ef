using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Fitting;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

internal sealed partial class WorkflowInstance
{
    // Soon, and not at once: what made it step down may be there still.
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(2);

    private RunRecord? _parked;
    private HistoryPage? _page; // the beginning of the parked run's history, read with it, for the load that follows at once
    private Fault? _unreadable;
    private bool _known;
    private bool _isAbsent; // the store was asked last, and has no run of the instance
    private bool _steppedDown;
    private RunId? _missed; // the run for which something came when it had begun to leave
    private RunRecord? _lying;
    private Task? _finding;
    private Task<Fault?>? _loading;

    /// <summary>The latest run, whatever is known of it.</summary>
    public RunId? LatestRun => _open?.Key.RunId ?? _closed?.Record.Key.RunId ?? _parked?.Key.RunId;

    /// <summary>Asks the store, once, what there is of the instance; a start that is under way is waited for.</summary>
    /// <param name="toOpen">Whether its open run is to be brought to life next, so that its history is read along.</param>
    /// <param name="isWake">Whether nobody calls it but its own time.</param>
    private Task EnsureKnownAsync(bool toOpen = true, bool isWake = false)
    {
        if (!isWake) _place.NoteWanted();
        if (_isStarting || _continued is not null) return EnsureKnownLaterAsync(toOpen);
        return _known ? ConfirmAsync() : FoundAsync(toOpen);
    }

    private async Task EnsureKnownLaterAsync(bool toOpen)
    {
        while (Starting is { } starting) await starting;
        while (_continued is { } continued) await continued.Task;
        await (_known ? ConfirmAsync() : FoundAsync(toOpen));
    }

    private Task FoundAsync(bool toOpen)
    {
        var finding = _finding ?? FindAsync(toOpen);
        if (!finding.IsCompleted) _finding = finding; // one that ends at once is not to stand in the way of the next
        return finding;
    }

    private async Task FindAsync(bool toOpen)
    {
        try
        {
            var found = await _services.Reader.FindWithHistoryAsync(_key, toOpen);
            if (_known) return; // a start was quicker
            await AdoptRecordAsync(found?.Record, found);
        }
        finally
        {
            _finding = null;
        }
    }

    private Task AdoptRecordAsync(RunRecord? record, StoredRun? read = null)
    {
        // That there is none is asked again by the next call: another activation may have started one since.
        _known = record is not null;
        _isAbsent = record is null;
        NoteConfirmed();
        _parked = null;
        _page = read?.History;
        if (record is { Summary.State: RunState.Closed }) _closed = new ClosedRun(record, null, null, read?.End);
        else if (record is { Summary.ClosedAt: not null }) return TakeUpEndedAsync(record);
        else _parked = record;
        if (_place.IsWanted || _parked is null) MarkIdle(); // else it was woken, and is idle once it has come to rest
        return record is { Summary.State: not RunState.Closed } && _isStarting
            ? EnsureOpenAsync(afterCrash: false) // a start met an open run: whose start it was is in its history
            : Task.CompletedTask;
    }

    /// <summary>What is known of the instance is not so any more; the store is to be asked again.</summary>
    private void Forget() => (_closed, _parked, _known, _isAbsent) = (null, null, false, false);

    // What was read long ago may have been written on since; that would be noticed by the first append, and cost a load more.
    private HistoryPage? TakePage()
    {
        var page = _services.Clock.GetElapsedTime(_confirmedAt) <= Confirmed ? _page : null;
        _page = null;
        return page;
    }

    /// <summary>Rebuilds the open run if it is not in memory.</summary>
    /// <returns>Why it cannot be; null where it is there, or has ended meanwhile.</returns>
    private async Task<Fault?> EnsureOpenAsync(bool afterCrash)
    {
        if (_tenure.IsLeaving) return WorkflowFaults.Moving;
        if (_open is not null || _parked is not { } record) return null;
        _place.IsAtWork = true;
        var loading = _loading ?? LoadAsync(record, afterCrash);
        if (!loading.IsCompleted) _loading = loading; // one that ends at once is not to stand in the way of the next
        return await loading;
    }

    private async Task<Fault?> LoadAsync(RunRecord record, bool afterCrash)
    {
        try
        {
            if (!FittingCode.IsAtHand(_services, record) && await Fitting.PassOnAsync(record)) return WorkflowFaults.Moving;
            var open = await _services.SuspectRuns.ReplayAsync(record, afterCrash, TakePage, _tenure);
            if (open is null || open.Run.IsClosed)
            {
                Forget(); // purged, or closed by somebody else meanwhile: ask again
                return WorkflowFaults.NotOwner("The workflow changed while it was loaded; repeat the request.");
            }

            StallIfTooLarge(open);
            _services.Instruments.Replayed(open.WorkflowType);
            if (open.Run.Stall is not null && await Fitting.PassOnAsync(open)) return WorkflowFaults.Moving;
            var before = open.Summary!.State;
            var summary = RunSummaries.Of(open.Run);
            if ((summary.State == RunState.Stalled || before == RunState.Stalled || open.Summary.Detail is not null)
                && !await _services.Writer.WriteSummaryAsync(open, summary, _tenure.Stop))
            {
                StepDown();
                return WorkflowFaults.NotOwner("The workflow is written by another activation; repeat the request.");
            }

            Hold(open);
            NoteConfirmed();
            _parked = null;
            ResendUnanswered(open);
            NoteStall(open, before);
            if (open.Run.Stall is not null) Fitting.LookAgain(open);
            open.Run.Disturbed = _activation.Marshal(Nudge);
            if (open.Run.Stall is null)
            {
                // First what became of attempts, then the clock: an attempt that runs has met its schedule-to-start timeout.
                await RestoreBeatsAsync(open);
                await _effects!.ReconcileAsync(open);
                Nudge();
            }
            else if (open.Run.NextWakeAt <= Now)
            {
                Nudge(); // its deadline has passed, which ends it stalled or not
            }

            if (!IsTurning) Settle();
            return null;
        }
        catch (OperationCanceledException) when (_tenure.ExplainsCancellation)
        {
            return WorkflowFaults.NotOwner("The activation is going; repeat the request.");
        }
        catch (EngineFault e)
        {
            // Whose history it is, and which run's, is not known to what reads it. Kept for callers that wait for the result.
            var fault = WorkflowFaults.Engine(e);
            return _unreadable = fault with { Message = $"Workflow '{_key}' (run {record.Key.RunId}): {fault.Message}" };
        }
        finally
        {
            _loading = null;
            if (_open is null)
            {
                _place.IsAtWork = false;
                MarkIdle();
            }
        }
    }

    /// <summary>
    /// Tells a reloaded run of the last signs of life of the attempts that end from outside, before time goes on.
    /// </summary>
    private async Task RestoreBeatsAsync(OpenRun open)
    {
        foreach (var (command, attempt) in open.Run.AttemptsWithHeartbeatsOutside())
        {
            var kept = await _services.Reader.FindHeartbeatAsync(open, command);
            if (kept is not null && kept.Attempt == attempt && OutsideBeats.AtOf(kept.Details) is { } at)
                Post(new InboxEntry(new BeatOutside(command, attempt, at), awaited: false));
        }
    }

    /// <summary>
    /// Somebody else writes the run, or the engine failed: drops what is in memory; the next activation reads what is durable.
    /// </summary>
    public void StepDown()
    {
        if (_movedTo is not null) return; // it goes already
        _services.Log.SteppedDown(_grainKey);
        _steppedDown = true;
        LeaveMemory();
        _activation.Deactivate();
    }

    private void LeaveMemory()
    {
        _tenure.Leave();
        Hold(null);
        _inbox.Disown();
        _debts?.Forget();
        EndContinuing();
        _news?.Release();
        _waiters.Answer(new() { Fault = WorkflowFaults.Moving });
        _activation.WakeAt(null);
        _place.Leave();
    }

    /// <summary>
    /// The activation goes, in good order: the inbox is closed, the append under way awaited, its effects handed on; then what
    /// only memory knew of the next wake-up goes to where it is found.
    /// </summary>
    /// <param name="moves">Whether it is to come to life on another silo.</param>
    /// <param name="cancellationToken">Ends the patience.</param>
    public Task LeaveAsync(bool moves, CancellationToken cancellationToken)
    {
        _tenure.Leave();
        _place.Leave();
        if (moves && LatestRun is { } run) _services.Hub.Moved(_grainKey, run.Value);
        var isAtRest = !_steppedDown && !_isToBeWoken && _open is null && !_isStarting && _loading is null
            && !IsTurning && _debts is null && _effects is not { IsDrained: false } && _movedTo is null;
        return isAtRest ? Task.CompletedTask : LeaveInOrderAsync(moves, cancellationToken);
    }

    private async Task LeaveInOrderAsync(bool moves, CancellationToken cancellationToken)
    {
        await using var gaveUp = _tenure.GiveUpWith(cancellationToken);
        _tenure.StopWaiting();
        if (Starting is { } starting) await starting;
        if (_loading is { } loading) await loading;
        await _turns;
        if (_open is { } open)
        {
            _waiters.Answer(moves ? new() { Fault = WorkflowFaults.Moving } : StillOpen(open.Key.RunId, open.Run.Status));
            _news?.Release();
            await HandOnWakeAsync(open);
        }

        // One that has stepped down does not know how the run stands, which may have nobody else to go on with it.
        if (_services.Shards.HasShards)
        {
            if (_debts is { IsOwing: true } || _isToBeWoken || _wakesThere) await _services.Shards.AskToBeWokenAsync(_key, Now);
            else if (_steppedDown || _fitting is { LooksAgain: true })
                await _services.Shards.AskToBeWokenAsync(_key, Now + LookAfter);
        }

        _debts?.Stop();
        if (_effects is { IsDrained: false } effects)
        {
            await effects.DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    public void Dispose()
    {
        Hold(null);
        _tenure.Dispose();
    }

    private async Task HandOnWakeAsync(OpenRun open)
    {
        var due = open.Run.NextWakeAt;
        var summary = RunSummaries.Of(open.Run);
        if (summary.State == RunState.Runnable && summary.WakeAt != due) summary = summary with { WakeAt = due };

        try
        {
            await _services.Writer.WriteSummaryAsync(open, summary, _tenure.Stop);

            // From here on shards have to wake it; what is due beyond their window they find in the store.
            Hold(null);
            if (open.Run.IsRunnable && IsLeftToDo(open)) due = Now;
            if (due is not { } at || at > Now + _services.Options.WakeWindow || !_services.Shards.HasShards) return;
            await _services.Shards.NoteAsync(_key, at, isOnlyHere: summary.State != RunState.Parked);
        }
        catch (OperationCanceledException)
        {
            // The store is away and time is up: the run stays as it is stored, and recovery finds it there.
        }
    }

    // What only memory knew of: a message's next try, what hosts were being told or asked, what came too late to be taken, and
    // silos that were lost before this one, for whose loss no shard wakes the run, since it was live then.
    private bool IsLeftToDo(OpenRun open) =>
        open.Run.UnansweredMessages().Count > 0 || _effects is { IsDrained: false } || _missed == open.Key.RunId
        || open.Run.DispatchedAttempts().Any(attempt => !_services.Placement.IsAlive(attempt.Host));

    /// <summary>
    /// The store says that the run is at work, and nobody has it in memory. Either recovery is about to come to it, or it was
    /// left by one that others had given up before it wrote (a process that stood still for a while), and would lie until a
    /// sweep finds it: its shard is told, which wakes it no faster than the silo bears.
    /// </summary>
    private void AskForLying()
    {
        if (_parked is not { Summary: { State: RunState.Runnable, ClosedAt: null } } parked || ReferenceEquals(parked, _lying)
            || _loading is not null || _isToBeWoken || _tenure.IsLeaving) return;
        _lying = parked;
        _ = AskAsync();

        async Task AskAsync()
        {
            try
            {
                await _services.Shards.AskToBeWokenAsync(_key, Now);
            }
            catch (Exception e)
            {
                _services.Log.ShardSilent(e, _grainKey);
            }
        }
    }

    private void MarkIdle()
    {
        if (!_tenure.IsLeaving) _place.Take(isClosed: _open is null && _parked is null);
    }
}
