using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;
using System.Globalization;

namespace Orchestration.Grains.Workflows;

internal sealed partial class WorkflowInstance : IIdleWorkflow
{
    // Soon, and not at once: what made it step down may be there still.
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(2);

    private RunRecord? _parked;
    private Fault? _unreadable;
    private bool _known;
    private bool _leaving;
    private bool _steppedDown;
    private Task? _finding;
    private Task<Fault?>? _loading;
    private int _queued;
    private int _touched;

    /// <summary>The latest run, whatever is known of it.</summary>
    private RunId? LatestRun => _open?.Key.RunId ?? _closed?.Record.Key.RunId ?? _parked?.Key.RunId;

    /// <summary>Asks the store, once, what there is of the instance; a start that is under way is waited for.</summary>
    private async Task EnsureKnownAsync()
    {
        if (Volatile.Read(ref _touched) == 0) Volatile.Write(ref _touched, 1);
        while (Starting is { } starting) await starting;
        while (_continued is { } continued) await continued.Task;
        if (_known)
        {
            await ConfirmAsync();
            return;
        }

        var finding = _finding ?? FindAsync();
        if (!finding.IsCompleted) _finding = finding; // one that ends at once is not to stand in the way of the next
        await finding;
    }

    private async Task FindAsync()
    {
        try
        {
            var record = await _services.Reader.FindAsync(_key);
            if (_known) return; // a start was quicker
            await AdoptRecordAsync(record);
        }
        finally
        {
            _finding = null;
        }
    }

    private Task AdoptRecordAsync(RunRecord? record)
    {
        // That there is none is asked again by the next call: another activation may have started one since.
        _known = record is not null;
        NoteConfirmed();
        _parked = null;
        if (record is { Summary.State: RunState.Closed }) _closed = new ClosedRun(record, null, null);
        else if (record is { Summary.ClosedAt: not null }) return TakeUpEndedAsync(record);
        else _parked = record;
        MarkIdle();
        return record is { Summary.State: not RunState.Closed } && _isStarting
            ? EnsureOpenAsync(afterCrash: false) // a start met an open run: whose start it was is in its history
            : Task.CompletedTask;
    }

    /// <summary>Rebuilds the open run if it is not in memory.</summary>
    /// <returns>Why it cannot be; null where it is there, or has ended meanwhile.</returns>
    private async Task<Fault?> EnsureOpenAsync(bool afterCrash)
    {
        if (_leaving) return Moving;
        if (_open is not null || _parked is not { } record) return null;
        var loading = _loading ?? LoadAsync(record, afterCrash);
        if (!loading.IsCompleted) _loading = loading; // one that ends at once is not to stand in the way of the next
        return await loading;
    }

    private async Task<Fault?> LoadAsync(RunRecord record, bool afterCrash)
    {
        try
        {
            if (await PassOnAsync(record)) return Moving;
            var open = await ReplayAsync(record, afterCrash);
            if (open is null || open.Run.IsClosed)
            {
                _known = false; // purged, or closed by somebody else meanwhile: ask again
                _parked = null;
                return WorkflowFaults.NotOwner("The workflow changed while it was loaded; repeat the request.");
            }

            _services.Instruments.Replayed(open.WorkflowType);
            if (await PassOnAsync(open)) return Moving;
            var before = open.Summary!.State;
            var summary = RunSummaries.Of(open.Run);
            if ((summary.State == RunState.Stalled || before == RunState.Stalled || open.Summary.Detail is not null)
                && !await _services.Writer.WriteSummaryAsync(open, summary, _giveUp.Token))
            {
                StepDown();
                return WorkflowFaults.NotOwner("The workflow is written by another activation; repeat the request.");
            }

            Hold(open);
            NoteConfirmed();
            _parked = null;
            ResendUnanswered(open);
            NoteStall(open, before);
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
        catch (OperationCanceledException) when (_giveUp.IsCancellationRequested || _leaving)
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
        }
    }

    /// <summary>
    /// Somebody else writes the run, or the engine failed: drops what is in memory; the next activation reads what is durable.
    /// </summary>
    private void StepDown()
    {
        if (_movedTo is not null) return; // it goes already
        _services.Log.SteppedDown(_grainKey);
        _steppedDown = true;
        LeaveMemory();
        _activation.Deactivate();
    }

    private void LeaveMemory()
    {
        _leaving = true;
        Hold(null);
        foreach (var entry in _taken) entry.Complete(InboxOutcome.NotOwner);
        while (_inbox.TryDequeue(out var entry)) entry.Complete(InboxOutcome.NotOwner);
        _outbox?.Reset();
        EndContinuing();
        ReleaseUpdateWaiters();
        _waiters.Answer(new() { Fault = Moving });
        _activation.WakeAt(null);
    }

    /// <summary>
    /// The activation goes, in good order: the inbox is closed, the append under way awaited, its effects handed on; then what
    /// only memory knew of the next wake-up goes to where it is found.
    /// </summary>
    /// <param name="moves">Whether it is to come to life on another silo.</param>
    /// <param name="cancellationToken">Ends the patience.</param>
    public Task LeaveAsync(bool moves, CancellationToken cancellationToken)
    {
        _leaving = true;
        if (moves && LatestRun is { } run) _services.Hub.Moved(_grainKey, run.Value);
        var isAtRest = !_steppedDown && !_isToBeWoken && _open is null && _owing is null && !_isStarting && _loading is null
            && _turns.IsCompleted && _outbox is null && _effects is not { IsDrained: false } && _movedTo is null;
        return isAtRest ? Task.CompletedTask : LeaveInOrderAsync(moves, cancellationToken);
    }

    private async Task LeaveInOrderAsync(bool moves, CancellationToken cancellationToken)
    {
        await using var gaveUp = cancellationToken.UnsafeRegister(static state =>
            ((CancellationTokenSource)state!).Cancel(), _giveUp);
        _waitingAlone?.Cancel();
        if (Starting is { } starting) await starting;
        if (_loading is { } loading) await loading;
        await _turns;
        if (_open is { } open)
        {
            _waiters.Answer(moves ? new() { Fault = Moving } : StillOpen(open.Key.RunId, open.Run.Status));
            ReleaseUpdateWaiters();
            await HandOnWakeAsync(open);
        }

        // One that has stepped down does not know how the run stands, which may have nobody else to go on with it.
        if (HasShards)
        {
            if (_owing is not null || _isToBeWoken || _wakesThere) await AskToBeWokenAsync(Now);
            else if (_steppedDown) await AskToBeWokenAsync(Now + LookAfter);
        }

        _outbox?.Stop();
        if (_effects is not { IsDrained: false } effects) return;
        await effects.DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose()
    {
        Hold(null);
        _giveUp.Dispose();
    }

    private async Task HandOnWakeAsync(OpenRun open)
    {
        var due = open.Run.NextWakeAt;
        var summary = RunSummaries.Of(open.Run);
        if (summary.State == RunState.Runnable && summary.WakeAt != due) summary = summary with { WakeAt = due };

        try
        {
            await _services.Writer.WriteSummaryAsync(open, summary, _giveUp.Token);

            // From here on shards have to wake it; what is due beyond their window they find in the store.
            Hold(null);
            if (open.Run.IsRunnable && open.Run.UnansweredMessages().Count > 0) due = Now; // only memory knew of their next try
            if (due is { } at && at <= Now + _services.Options.WakeWindow && HasShards) await AskToBeWokenAsync(at);
        }
        catch (OperationCanceledException)
        {
            // The store is away and time is up: the run stays as it is stored, and recovery finds it there.
        }
    }

    // The last silo to go takes all shards with it; what a leaver hands over to others must not wait until they look again.
    private bool HasShards => !_services.Starts.Closed || _services.Cluster.OtherActiveSilos.Length > 0;

    private Task AskToBeWokenAsync(DateTimeOffset at)
    {
        var shard = Shards.Of(_key).ToString(CultureInfo.InvariantCulture);
        return _services.Grains.GetGrain<IShardGrain>(shard).NoteAsync([new DueNote(_grainKey, at)]);
    }

    private void MarkIdle()
    {
        Volatile.Write(ref _touched, 0);
        if (Interlocked.Exchange(ref _queued, 1) == 0) _services.Idle.Add(this);
    }

    bool IIdleWorkflow.TakeTouched() => Interlocked.Exchange(ref _touched, 0) == 1;

    void IIdleWorkflow.Evict()
    {
        Volatile.Write(ref _queued, 0);
        _activation.Deactivate();
    }
}
