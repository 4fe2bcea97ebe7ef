using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Turns: stimuli become events, one at a time.
public sealed partial class WorkflowRun
{
    private IReadOnlyList<Stimulus> _stimuli = [];
    private DateTimeOffset _clock;
    private List<HistoryEvent> _events = [];
    private List<Effect> _effects = [];
    private List<Stimulus>? _refused;
    private List<Stimulus>? _late;
    private bool _madeProgress;
    private bool _isRebuilt;
    private DateTimeOffset? _rebuiltAt;

    /// <summary>The time that events of this turn get: never before the last event.</summary>
    private DateTimeOffset TurnTime => _clock > _lastEventAt ? _clock : _lastEventAt;

    private Turn EndTurn()
    {
        IReadOnlyList<HistoryEvent> events = [];
        IReadOnlyList<Effect> effects = [];
        if (_events.Count > 0)
        {
            events = _events;
            _events = [];
        }

        if (_effects.Count > 0)
        {
            effects = _effects;
            _effects = [];
        }

        var turn = new Turn(events, effects, _madeProgress)
        {
            Refused = _refused is null ? [] : _refused,
            Rejected = _rejected is null ? [] : _rejected,
            Late = _late is null ? [] : _late,
        };
        _refused = _late = null;
        _rejected = null;
        _madeProgress = false;
        _stimuli = [];
        return turn;
    }

    private void TakeAll()
    {
        if (_isRebuilt) GoOnAfterReplay();
        FindDisturbance();
        for (var i = 0; i < _stimuli.Count; i++) Take(_stimuli[i]);
    }

    private void Take(Stimulus stimulus)
    {
        if (stimulus is Terminate terminate)
        {
            if (_machine.Terminate(terminate, TurnTime) is { } terminated) Happen(terminated);
            else if (IsClosed) (_late ??= []).Add(stimulus);
            return;
        }

        if (IsClosed)
        {
            TakeLate(stimulus);
            return;
        }

        if (_machine.Started is null)
        {
            if (stimulus is StartRun start) Start(start);
            return;
        }

        FindDisturbance();
        if (_stall is null && _position >= Settings.MaximumHistoryEvents) StallAtLimit();
        if (_stall is not null || IsTainted)
        {
            if (stimulus is AdvanceTime && _machine.TimeOut(TurnTime) is { } timedOut) Happen(timedOut);
            else (_refused ??= []).Add(stimulus);
            return;
        }

        TakeLive(stimulus);
    }

    /// <summary>A stimulus of a run whose code can go on.</summary>
    private void TakeLive(Stimulus stimulus)
    {
        switch (stimulus)
        {
            case ReportActivity s when _activities.TryGetValue(s.Command, out var machine):
                if (!BackedOffInMemory(machine, s))
                    Happen(machine.Report(s.Attempt, s.Outcome, MaybeOut(machine), TurnTime, Settings.Placement));
                break;
            case AdvanceTime:
                AdvanceToNow();
                break;
            case LoseHost s:
                LoseAllOn(s.Host);
                break;
            case LoseAttempt s when _activities.TryGetValue(s.Command, out var machine):
                Happen(machine.Lose(s, MaybeOut(machine), TurnTime, Settings.Placement));
                break;
            case AttemptStarted s when _activities.TryGetValue(s.Command, out var machine):
                if (machine.NoteStarted(s.Attempt) && machine.Settings.ScheduleToStart is not null) _wakes.NoteStale(1);
                break;
            case EndStartDelay s:
                Happen(_machine.EndDelay(s.Request, TurnTime));
                break;
            case RequestCancel s:
                if (!_requests.Knows(null, s.Sender)) Happen(_cancellation.Request(s, TurnTime));
                break;
            case ReportChild s:
                TakeChildReport(s);
                break;
            case AnswerMessage s:
                TakeAnswer(s);
                break;
            case SignalRun s:
                TakeSignal(s);
                break;
            case UpdateRun s:
                TakeUpdate(s);
                break;
            case CompleteToken s:
                TakeCompletion(s);
                break;
            case ActivityControl s when _activities.TryGetValue(s.Command, out var machine):
                TakeControl(s, machine);
                break;
            case BeatOutside s when _activities.TryGetValue(s.Command, out var machine):
                if (machine.NoteBeat(s.Attempt, s.At)) AwaitOutside(machine);
                break;
            case ActivityControl or BeatOutside or ReportActivity or LoseAttempt or AttemptStarted or StartRun:
                break;
            default:
                throw new InvalidOperationException($"A run takes no {stimulus.GetType().Name}.");
        }
    }

    /// <summary>A fact that reached the run from outside becomes an event; the code goes on from it as far as it can.</summary>
    private void Happen(HistoryEvent? happened)
    {
        if (happened is null) return;
        _events.Add(happened);
        if (happened is not (ActivityRetryScheduled or ActivityMovedOutside)) _madeProgress = true;
        _step++;
        ApplyFact(happened, isNew: true);
        Drain();
    }

    private void AdvanceToNow()
    {
        var now = Times.ToMilliseconds(TurnTime);
        var end = _wakes.NextSerial;
        List<Wake>? later = null;
        while (_stall is null && !IsClosed && _wakes.TryPeek(out var wake) && wake.Due <= now)
        {
            _wakes.Pop();
            if (wake.Serial >= end)
            {
                // Came up by the code's own doing just now: it is due in a turn of its own, so that no loop of such can hold this
                // one.
                (later ??= []).Add(wake);
                continue;
            }

            if (_position >= Settings.MaximumHistoryEvents)
            {
                _wakes.Push(wake);
                StallAtLimit();
                break;
            }

            Wake(wake);
        }

        if (later is null || IsClosed) return;
        foreach (var wake in later) _wakes.Push(wake);
    }

    private void Wake(Wake wake)
    {
        switch (wake.Kind)
        {
            case WakeKind.Timer:
                Happen(_timers[wake.Command].Fire(TurnTime));
                return;
            case WakeKind.RunDeadline:
                Happen(_machine.TimeOut(TurnTime));
                return;
            case WakeKind.StartDelay:
                Happen(_machine.EndDelay(null, TurnTime));
                return;
        }

        if (wake.Kind == WakeKind.ChildRetry)
        {
            HandOutChild(_children[wake.Command]);
            return;
        }

        var machine = _activities[wake.Command];
        if (wake.Kind == WakeKind.Retry)
        {
            HandOut(machine);
            return;
        }

        if (wake.Kind is WakeKind.StartToClose or WakeKind.Heartbeat)
        {
            var limit = wake.Kind == WakeKind.Heartbeat ? TimeoutKind.Heartbeat : TimeoutKind.StartToClose;
            Happen(machine.TimeOutOutside(limit, TurnTime, Settings.Placement));
            return;
        }

        var isOut = machine.State == ActivityState.WithHost;
        var kind = wake.Kind == WakeKind.ScheduleToStart ? TimeoutKind.ScheduleToStart : TimeoutKind.ScheduleToClose;
        if (isOut) _effects.Add(Cancel(machine, ActivityCancellationReason.NotWanted));
        Happen(machine.TimeOut(kind, TurnTime));
    }

    /// <summary>A retry is due.</summary>
    private void HandOut(ActivityMachine machine)
    {
        if (machine.IsLocal || Settings.Placement.IsAlive(machine.Host))
        {
            if (!machine.KeepsRunnable) _withHosts++;
            machine.NoteDispatched();
            _effects.Add(machine.Dispatch());
            if (machine.CancelRequested) _effects.Add(Cancel(machine, ActivityCancellationReason.Requested));
            _wakes.Add(machine.ScheduleToStartDeadline, machine.Command, WakeKind.ScheduleToStart, machine.Attempt);
            return;
        }

        // An earlier activation may have handed it out before its host went: then it counts as lost.
        Happen(machine.MoveRetry(MaybeOut(machine), TurnTime, Settings.Placement));
    }

    private static CancelActivity Cancel(ActivityMachine machine, ActivityCancellationReason reason) =>
        new(machine.Command, machine.Attempt, machine.Host, reason) { IsLocal = machine.IsLocal };

    /// <summary>
    /// Whether an attempt in back-off was due when the run was rebuilt, so that an earlier activation may have handed it out.
    /// </summary>
    private bool MaybeOut(ActivityMachine machine) => machine.State == ActivityState.BackingOff && machine.PausedAt is null
        && (IsLiveTurn ? machine.AttemptDueAt <= _rebuiltAt : machine.AttemptDueAt <= _lastEventAt);

    private void LoseAllOn(string host)
    {
        foreach (var command in _activities.Commands(m => m.Host == host))
        {
            if (_stall is not null || IsClosed) return;
            if (_activities.TryGetValue(command, out var machine) && machine.Host == host)
                Happen(machine.LoseHost(MaybeOut(machine), TurnTime, Settings.Placement));
        }
    }

    /// <summary>The first turn after a replay: what the code asked for beyond the history happens now.</summary>
    private void GoOnAfterReplay()
    {
        _isRebuilt = false;
        _rebuiltAt = _clock;
        if (!_machine.IsOpen) return;
        for (var i = 0; i < _events.Count; i++) Postpone(i, TurnTime);
        for (var i = 0; i < _effects.Count; i++)
            if (_effects[i] is DispatchActivity dispatch) _effects[i] = dispatch with { ScheduledAt = TurnTime };
        BeginLocalsAnew();
        var ended = _stall is null && MayEnd;
        if (!ended && _events.Count == 0) return;
        _madeProgress = true;
        _lastEventAt = TurnTime;
        if (ended && EndOfCode() is { } end) Command(end);
    }

    /// <summary>Gives what was asked for during the replay the time at which it becomes durable.</summary>
    private void Postpone(int index, DateTimeOffset at)
    {
        switch (_events[index])
        {
            case TimerStarted e:
                var started = e with { At = at, DueAt = e.DueAt == Times.Never ? e.DueAt : Times.After(at, e.DueAt - e.At) };
                _events[index] = started;
                if (!_timers.TryGetValue(e.Command, out var timer)) return;
                timer.NoteDueAt(started.DueAt);
                Await(timer);
                break;
            case ActivityScheduled e:
                _events[index] = e with { At = at };
                if (!_activities.TryGetValue(e.Command, out var activity)) return;
                activity.NoteScheduledAt(at);
                Await(activity);
                _wakes.Add(activity.ScheduleToCloseDeadline, activity.Command, WakeKind.ScheduleToClose);
                break;
            case var other:
                _events[index] = other with { At = at };
                break;
        }
    }
}
