using System.Runtime.CompilerServices;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Fitting;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Grains.Workflows.Outgoing;
using Orchestration.Grains.Workflows.Queries;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Grains.Workflows.Requests;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Telemetry;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

/// <summary>
/// One workflow instance in memory: its inbox, its turns, its commits. Everything here runs on the activation's own scheduler,
/// one step at a time; only what is awaited interleaves.
/// </summary>
/// <remarks>
/// The commit protocol, as this class holds it:
/// stimuli gather in the inbox (1); a turn takes what waits and advances the kernel (2); one conditional append makes it durable,
/// and while it is in flight further stimuli gather (3); only then are callers acknowledged and effects carried out (4); an
/// append without a certain answer is repeated, and only a foreign record makes the activation step down (5).
/// What has a state of its own stands beside it and is handed what it needs: the inbox (<see cref="Inbox"/>), what goes out
/// (<see cref="RunEffects"/>, <see cref="RunDebts"/>), questions (<see cref="BetweenTurns"/>, <see cref="CodeQuestions"/>), the
/// search for fitting code (<see cref="FittingCode"/>), the activation's time (<see cref="Tenure"/>, <see cref="IdlePlace"/>).
/// Callers' requests see it as <see cref="IInstance"/>.
/// </remarks>
internal sealed partial class WorkflowInstance : IDisposable
{
    private const int WarnAtEvents = 10_000;
    private const long WarnAtBytes = 10_000_000;
    private const long StallAtBytes = 50_000_000;

    private readonly WorkflowServices _services;
    private readonly IActivationPort _activation;
    private readonly WorkflowKey _key;
    private readonly string _grainKey;
    private readonly ResultWaiters _waiters = new();
    private readonly Inbox _inbox = new();
    private readonly Tenure _tenure = new();
    private readonly IdlePlace _place;

    private OpenRun? _open;
    private RunEffects? _effects; // of the open run, or of the last one
    private ClosedRun? _closed;
    private bool _warned;
    private Task _turns = Task.CompletedTask;
    private TaskCompletionSource? _committed;

    public WorkflowInstance(WorkflowServices services, IActivationPort activation, WorkflowKey key)
    {
        _services = services;
        _activation = activation;
        _key = key;
        _grainKey = key.ToGrainKey();
        _place = new IdlePlace(services.Idle, activation);
    }

    private DateTimeOffset Now => _services.Clock.GetUtcNow();

    /// <summary>Whether a turn is being committed: the kernel's state is ahead of the store's.</summary>
    public bool IsTurning { get; private set; }

    /// <summary>Ends when the turn under way is durable, or the turns have come to an end.</summary>
    private Task NextCommit => (_committed ??= new TaskCompletionSource()).Task;

    /// <summary>Puts a stimulus into the inbox; the next turn takes it.</summary>
    private void Post(InboxEntry entry)
    {
        if (TryEnqueue(entry)) BeginTurns();
    }

    public Task<InboxOutcome> PostAsync(Stimulus stimulus)
    {
        var entry = new InboxEntry(stimulus, awaited: true);
        Post(entry);
        return entry.Done;
    }

    /// <summary>
    /// Puts an awaited stimulus into the inbox without a turn, for callers that have several and then call
    /// <see cref="BeginTurns"/>.
    /// </summary>
    public Task<InboxOutcome> Gather(Stimulus stimulus)
    {
        var entry = new InboxEntry(stimulus, awaited: true);
        TryEnqueue(entry);
        return entry.Done;
    }

    public void Enqueue(InboxEntry entry) => TryEnqueue(entry);

    /// <returns>False where nothing is taken in here any more, or yet; the caller has been told.</returns>
    private bool TryEnqueue(InboxEntry entry)
    {
        if (_tenure.IsLeaving || (_open is null && _continuing is null))
        {
            entry.Complete(InboxOutcome.NotOwner);
            return false;
        }

        _inbox.Add(entry);
        return true;
    }

    public void BeginTurns()
    {
        if (IsTurning) return;
        if (_inbox.Count > 0 || _continuing is not null || HasCodeQuestions) _turns = RunTurnsAsync();
    }

    private async Task RunTurnsAsync()
    {
        // Set here and not read off the task: an effect may post while this still runs within the call that began it.
        IsTurning = true;
        try
        {
            while (true)
            {
                if (_continuing is { } ended)
                {
                    if (await ContinueAsync(ended)) continue;
                    StepDown();
                    break;
                }

                if (HasCodeQuestions && _open is { } asked) await AnswerCodeQuestionsAsync(asked);
                if (_open is { Run.Stall: not null } stalled && _inbox.Count == 0 && await LeavesStalledAsync(stalled)) break;
                if (_open is not { } open || (_inbox.Count == 0 && !HasCodeQuestions)) break;
                if (_inbox.Count == 0) continue;
                if (!(open.IsSuspect ? await SuspectTurnAsync(open) : await TurnAsync(open)))
                {
                    StepDown();
                    break;
                }

                TellCommitted();
                _between?.Answer(_open?.Run);
                if (_open is { Run.IsTainted: true }) await RebuildAsync();
            }
        }
        catch (OperationCanceledException) when (_tenure.ExplainsCancellation)
        {
            StepDown();
        }
        catch (Exception e)
        {
            // The kernel's state may be half a turn ahead: it is dropped, and the run rebuilt from what is durable.
            _services.Log.TurnFailed(e, _grainKey);
            StepDown();
        }
        finally
        {
            IsTurning = false;
            TellCommitted();
        }

        _between?.Answer(_open?.Run);
        _codeQuestions?.Drop();
        Settle();
    }

    private void TellCommitted()
    {
        if (_committed is not { } waiting) return;
        _committed = null;
        waiting.SetResult();
    }

    /// <returns>False where somebody else writes the run.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TurnAsync(OpenRun open)
    {
        _inbox.Take();
        var turn = _inbox.MayJudge(open.Run) ? await AdvanceApartAsync(open) : Advance(open);
        if (turn is null) return true;
        if (!await CommitAsync(open, turn)) return false;
        Acknowledge(open, turn);
        return true;
    }

    /// <summary>Takes a run into memory, or drops it; shards do not wake what is here.</summary>
    private void Hold(OpenRun? open)
    {
        if (open is not null && _open is null) _services.Live.Add(_grainKey);
        else if (open is null && _open is not null) _services.Live.Remove(_grainKey);
        if (open != _open) _effects?.Unwatch();
        if (open is not null) _place.LeaveClosed();
        if (open is not null && open != _open) _effects = new RunEffects(_services, _grainKey, open.Key.RunId, this);
        _open = open;
    }

    /// <summary>Has the kernel take a turn, under watch.</summary>
    private Turn Advance(OpenRun open, IReadOnlyList<Stimulus> stimuli, DateTimeOffset now)
    {
        var watched = _services.Turns.Enter(open);
        try
        {
            return open.Run.Advance(stimuli, now);
        }
        finally
        {
            // It came to rest after all: the next write says so.
            if (_services.Turns.Exit(watched) is { } written) open.Summary = written;
        }
    }

    private Turn Advance(OpenRun open)
    {
        StallIfTooLarge(open); // then it takes its termination and nothing else
        return Advance(open, _inbox.Taken, Now);
    }

    /// <summary>
    /// Stalls a run whose history is larger than a silo should have to read. Found by each activation anew, since it is no event.
    /// </summary>
    private static void StallIfTooLarge(OpenRun open)
    {
        if (open.Bytes <= StallAtBytes || open.Run.IsClosed || open.Run.Stall is not null) return;
        open.Run.ForceStall(new Stall(FaultCodes.HistoryTooLarge,
            $"The history has {open.Bytes:N0} bytes; the limit is {StallAtBytes:N0}. Continue as new earlier; this run can be "
            + "terminated."));
    }

    /// <summary>Makes a turn durable, with the header where it is the run's first.</summary>
    /// <returns>False where somebody else writes the run.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> CommitAsync(OpenRun open, Turn turn)
    {
        var before = open.Summary?.State;
        if (turn.Events.Count > 0)
        {
            var append = ++_appends;
            var result = await _services.Writer.AppendAsync(open, turn, header: null, _tenure.Stop);
            if (result.Outcome != AppendOutcome.Appended) return false;
            _appended = append;
            NoteConfirmed();
        }
        else
        {
            if ((open.Run.Stall is not null || before == RunState.Stalled || open.IsCounted || IsLeftLying(open))
                && !await _services.Writer.WriteSummaryAsync(open, RunSummaries.Of(open.Run), _tenure.Stop)) return false;
            if (_inbox.IsAnsweredBy(turn)) // then no append shows whether memory is behind
            {
                if (!await IsUpToDateAsync(open)) return false;
                NoteConfirmed();
            }
        }

        NoteStall(open, before);
        WarnOfSize(open);
        return true;
    }

    // Changed code may have begun a local call, of which there is no event: a crash must not leave it lying.
    private bool IsLeftLying(OpenRun open) => open.Run.IsRunnable && open.Summary is { State: RunState.Parked } parked
        && (parked.WakeAt is null || parked.WakeAt > Now);

    /// <summary>After a commit: who waits for an update that has finished is told.</summary>
    private void AnnounceMessages(OpenRun open, Turn turn)
    {
        if (turn.Events.Count == 0) return;
        if (_news is not null || RunNews.IsNews(_services.Messages, open)) News.Announce(open, turn);
    }

    /// <summary>After the commit, and not before: effects go out, callers are answered.</summary>
    private void Acknowledge(OpenRun open, Turn turn)
    {
        if (open.Run.IsClosed) Close(open, turn);
        if (turn.Effects.Count > 0) _effects!.CarryOut(open, turn.Effects);
        AnnounceMessages(open, turn);
        _inbox.Answer(open.Run, turn);
        if (open.Run.IsClosed && _continuing is null) AnswerLate(open);
    }

    /// <summary>What came after the run's end is judged by it all the same: a message is not acknowledged that nobody
    /// has.</summary>
    private void AnswerLate(OpenRun open)
    {
        while (_inbox.Count > 0)
        {
            _inbox.Take();
            _inbox.Answer(open.Run, open.Run.Advance(_inbox.Taken, Now));
        }
    }

    private void Close(OpenRun open, Turn turn)
    {
        var closing = open.Run.ClosingEvent!;
        var result = ResultReplies.Of(open.Key.RunId, closing);
        var record = new RunRecord(open.Key, open.Handle, open.WorkflowType, open.StartedAt, open.Summary!, 0);
        if (!open.Run.HasSuccessor) _closed = new ClosedRun(record, result, open.StartedBy);
        Hold(null);
        _services.Instruments.Closed(open.WorkflowType, result.Status, closing.At - open.StartedAt);
        RunSpans.Closed(open, result.Status, closing.At);
        _services.Hub.Announce(_grainKey, open.Key.RunId.Value, result);
        if (open.Run.HasSuccessor)
        {
            BeginContinuing(open, turn);
        }
        else
        {
            SettleEnded(open, repeated: false);
        }

        _waiters.Answer(result);
    }

    /// <summary>When no turn is under way: the wake-up is set, and where the run waits, the activation counts as idle.</summary>
    private void Settle()
    {
        if (_tenure.IsLeaving) return;
        if (_open is { Run.IsRunnable: false } waiting)
        {
            _waiters.Answer(StillOpen(waiting.Key.RunId, waiting.Run.Status));
            _news?.Release();
        }

        var wake = _open?.Run.NextWakeAt;
        if (_waiters.NextDeadline is { } deadline && (wake is null || deadline < wake)) wake = deadline;
        _activation.WakeAt(wake);
        var isAtWork = _open is { Run.IsRunnable: true } || _debts is { IsOwing: true } || _continuing is not null;
        _place.IsAtWork = isAtWork;
        if (!isAtWork) MarkIdle();
    }

    /// <summary>The wake-up has come: due timers, retries and timeouts, and callers who have waited long enough.</summary>
    public void OnTime()
    {
        var now = Now;
        if (_open is { Run.NextWakeAt: { } due } && due <= now) Nudge();
        if (_open is { } open) _waiters.AnswerDue(now, StillOpen(open.Key.RunId, open.Run.Status));
        if (!IsTurning) Settle();
    }

    /// <summary>
    /// Advances the run with nothing but the time: after a reload, or when its code was disturbed from outside.
    /// </summary>
    private void Nudge()
    {
        if (_open is null || !_inbox.TryNoteTime()) return;
        Post(new InboxEntry(AdvanceTime.Instance, awaited: false));
    }

    private void NoteStall(OpenRun open, RunState? before)
    {
        var now = open.Summary?.State;
        if (now == before) return;
        if (now == RunState.Stalled || before == RunState.Stalled)
            _services.Messages.Announce(open.Key.RunId.Value, RunNews.EventsTopic);
        if (now == RunState.Stalled)
        {
            var stall = open.Run.Stall!;
            _services.Instruments.Stalled(open.WorkflowType);
            _services.Log.Stalled(_grainKey, open.WorkflowType, open.Key.RunId.ToString(), stall.Code, stall.Message);
        }
        else if (before == RunState.Stalled)
        {
            _services.Log.Unstalled(_grainKey, open.WorkflowType, open.Key.RunId.ToString());
        }
    }

    private void WarnOfSize(OpenRun open)
    {
        if (_warned || (open.Sequence < WarnAtEvents && open.Bytes < WarnAtBytes)) return;
        _warned = true;
        _services.Log.HistoryLarge(_grainKey, open.Key.RunId.ToString(), open.Sequence, open.Bytes);
    }
}
