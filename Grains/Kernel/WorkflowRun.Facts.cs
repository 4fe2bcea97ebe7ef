using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Facts: events change the state, live and on replay alike.
public sealed partial class WorkflowRun
{
    private long _position;
    private DateTimeOffset _lastEventAt;
    private long _step;
    private int _withHosts;

    /// <summary>An event that reached the run from outside: the code sees its time and place.</summary>
    private void ApplyFact(HistoryEvent happened, bool isNew)
    {
        CodeTime = happened.At;
        CodePosition = _position + 1;
        CodeBytes = _bytes + EventSizes.Of(happened);
        Apply(happened, isNew, CodeBytes);
    }

    private void Apply(HistoryEvent happened, bool isNew) => Apply(happened, isNew, _bytes + EventSizes.Of(happened));

    /// <summary>The only mutator.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="isNew">Whether it is not in the history yet, so that its effects are due.</param>
    /// <param name="bytes">How large the history is with it.</param>
    private void Apply(HistoryEvent happened, bool isNew, long bytes)
    {
        _position++;
        if (happened.At < _lastEventAt) throw Corrupt($"event {_position} is older than the one before it");
        _lastEventAt = happened.At;
        _bytes = bytes;
        switch (happened)
        {
            case RunStarted e:
                ApplyStart(e, isNew);
                break;
            case RunCancelRequested e:
                _cancellation.Apply(e);
                _requests.Note(null, e.Sender, e.At);
                _scheduler.Run(static r => ((WorkflowRun)r!).CancelFollowers(), this);
                break;
            case RunCompleted or RunFailed or RunCanceled or RunTerminated or RunContinuedAsNew or RunTimedOut:
                ApplyEnd(happened, isNew);
                break;
            case SignalReceived or UpdateAccepted or UpdateCompleted or TokenCreated or TokenCompleted or TokenRevoked:
                ApplyMessage(happened);
                break;
            case StartDelayEnded e:
                ApplyStartDelayEnded(e);
                break;
            case PatchMarked e:
                _patches.Apply(e);
                break;
            case TimerStarted e:
                ApplyTimerStarted(e, isNew);
                break;
            case TimerFired e:
                EndTimer(e.Command, e).Waiter?.Complete(null);
                break;
            case TimerCanceled e:
                EndTimer(e.Command, e).Waiter?.Fail(CanceledFailure("The timer was cancelled."));
                break;
            case ActivityScheduled e:
                ApplyActivityScheduled(e, isNew);
                break;
            case ActivityRetryScheduled e:
                ApplyRetry(e, isNew);
                break;
            case ActivityCancelRequested e:
                ApplyActivityCancelRequested(e, isNew);
                break;
            case ActivityCanceled e:
                ApplyActivityCanceled(e, isNew);
                break;
            case ActivityCompleted e:
                ApplyActivityCompleted(e);
                break;
            case ActivityEnded e:
                ApplyActivityEnded(e);
                break;
            case ActivityMovedOutside or ActivityPaused or ActivityResumed or ActivityReset or ActivityOptionsChanged:
                ApplyActivityControl(happened, isNew);
                break;
            case CompensationRegistered or CompensationStarted or CompensationEnded or SagaCompleted:
                ApplySaga(happened);
                break;
            case var _ when IsOfOutbox(happened):
                if (CommandMatcher.IsOutboxCommand(happened)) NoteCommand(CommandMatcher.CommandOf(happened));
                ApplyOutbox(happened, isNew);
                break;
            default:
                throw Corrupt($"event {_position} is a {happened.GetType().Name}, which this version does not know");
        }
    }

    private void ApplyTimerStarted(TimerStarted e, bool isNew)
    {
        NoteCommand(e.Command);
        var machine = new TimerMachine(e);
        _timers.Add(e.Command, machine);
        if (!isNew || IsLiveTurn) Await(machine);
    }

    private void ApplyActivityScheduled(ActivityScheduled e, bool isNew)
    {
        NoteCommand(e.Command);
        var machine = new ActivityMachine(e, _position, _step);
        _activities.Add(e.Command, machine);
        _withHosts++;
        if (isNew) _effects.Add(machine.Dispatch());
        if (isNew && !IsLiveTurn) return;
        Await(machine);
        _wakes.Add(machine.ScheduleToCloseDeadline, e.Command, WakeKind.ScheduleToClose);
    }

    private void ApplyRetry(ActivityRetryScheduled e, bool isNew)
    {
        NoteTaken(e.Request);
        if (!IsLocalCall(e.Local, e.Command, e)) return;
        var machine = Find(_activities, e.Command, e);
        ApplyTo(machine, e);
        Await(machine);
        if (isNew && machine.State == ActivityState.WithHost) _effects.Add(machine.Dispatch());
    }

    private void ApplyActivityCancelRequested(ActivityCancelRequested e, bool isNew)
    {
        var machine = Find(_activities, e.Command, e);
        ApplyTo(machine, e);
        if (isNew && machine.State != ActivityState.Outside) _effects.Add(Cancel(machine, ActivityCancellationReason.Requested));
    }

    private void ApplyActivityCanceled(ActivityCanceled e, bool isNew)
    {
        var pending = Find(_activities, e.Command, e);
        var wasOut = pending.State == ActivityState.WithHost || MaybeOut(pending);
        var machine = EndActivity(e.Command, e);
        if (isNew && wasOut)
        {
            // In the step that scheduled it nothing has gone out yet.
            if (machine.Step == _step) _effects.RemoveAll(f => f is DispatchActivity dispatch && dispatch.Command == e.Command);
            else if (machine.Settings.Cancellation != ActivityCancellationType.Abandon)
                _effects.Add(Cancel(machine, ActivityCancellationReason.Requested));
        }

        machine.Waiter?.Fail(CanceledFailure($"Activity '{machine.ActivityType}' was cancelled."));
    }

    private void ApplyEnd(HistoryEvent e, bool isNew)
    {
        _machine.Apply(e);
        Owe(e, isNew);
        if (isNew)
        {
            _effects.Add(AnnounceClosed.Instance);
            WarnOfUnfinished(e);
            if (_activities.Count > 0) CancelAllOut();
        }

        Abandon();
    }

    private void CancelAllOut()
    {
        foreach (var command in _activities.Commands(m => (m.State == ActivityState.WithHost || MaybeOut(m))
            && m.Settings.Cancellation != ActivityCancellationType.Abandon))
        {
            var machine = _activities[command];
            if (machine.Step == _step && _effects.RemoveAll(f =>
                f is DispatchActivity dispatch && dispatch.Command == command) > 0) continue;
            _effects.Add(Cancel(machine, ActivityCancellationReason.NotWanted));
        }
    }

    /// <summary>Lets go of the code and of all that it waited for; none of it runs any more.</summary>
    private void Abandon()
    {
        _scheduler.Clear();
        Conditions.Clear();
        foreach (var machine in _activities.Values) machine.Waiter?.Registration.Unregister();
        foreach (var machine in _timers.Values) machine.Waiter?.Registration.Unregister();
        foreach (var machine in _children.Values) machine.Registration.Unregister();
        _activities.Clear();
        _timers.Clear();
        _children.Clear();
        _externals.Clear();
        _inherited = null;
        _starting = _unbound = 0;
        _handlers.Clear();
        _wakes.Clear();
        _withHosts = 0;
        _code = null;
    }

    private TimerMachine EndTimer(long command, HistoryEvent e)
    {
        var machine = Find(_timers, command, e);
        machine.Apply(e);
        _timers.Remove(command);
        if (machine.DueAt != Times.Never && machine.State == TimerState.Canceled) _wakes.NoteStale(1);
        machine.Waiter?.Registration.Unregister();
        return machine;
    }

    private ActivityMachine EndActivity(long command, HistoryEvent e)
    {
        var machine = Find(_activities, command, e);
        var stale = (machine.Settings.ScheduleToClose is null ? 0 : 1) + (machine.State == ActivityState.BackingOff ? 1 : 0)
            + (machine.Settings.ScheduleToStart is null || machine.Started ? 0 : 1);
        ApplyTo(machine, e);
        _activities.Remove(command);
        if (stale > 0) _wakes.NoteStale(stale);
        machine.Waiter?.Registration.Unregister();
        return machine;
    }

    private void ApplyTo(ActivityMachine machine, HistoryEvent e)
    {
        if (machine.KeepsRunnable) _withHosts--;
        machine.Apply(e, _position);
        if (machine.KeepsRunnable) _withHosts++;
    }

    /// <summary>Queues what time will bring.</summary>
    private void Await(TimerMachine machine) => _wakes.Add(machine.DueAt, machine.Command, WakeKind.Timer);

    /// <summary>Queues what time will bring to the current attempt.</summary>
    private void Await(ActivityMachine machine)
    {
        if (machine.State == ActivityState.BackingOff)
            _wakes.Add(machine.AttemptDueAt, machine.Command, WakeKind.Retry, machine.Attempt);
        else if (machine.State == ActivityState.Outside) AwaitOutside(machine);
        else _wakes.Add(machine.ScheduleToStartDeadline, machine.Command, WakeKind.ScheduleToStart, machine.Attempt);
    }

    private bool IsLive(Wake wake) => wake.Kind switch
    {
        WakeKind.Timer => _timers.ContainsKey(wake.Command),
        WakeKind.RunDeadline => true,
        WakeKind.StartDelay => _machine.IsDelayed,
        WakeKind.Retry => _activities.TryGetValue(wake.Command, out var m) && m.State == ActivityState.BackingOff
            && m.PausedAt is null && m.Attempt == wake.Attempt && Times.ToMilliseconds(m.AttemptDueAt) == wake.Due,
        WakeKind.ScheduleToStart => _activities.TryGetValue(wake.Command, out var m)
            && m.Attempt == wake.Attempt && Times.ToMilliseconds(m.ScheduleToStartDeadline) == wake.Due,
        WakeKind.ChildRetry => _children.TryGetValue(wake.Command, out var c) && c.State == ChildState.BackingOff
            && c.Attempt == wake.Attempt,
        WakeKind.StartToClose => _activities.TryGetValue(wake.Command, out var m)
            && m.Attempt == wake.Attempt && Times.ToMilliseconds(m.StartToCloseDeadline) == wake.Due,
        WakeKind.Heartbeat => _activities.TryGetValue(wake.Command, out var m)
            && m.Attempt == wake.Attempt && Times.ToMilliseconds(m.HeartbeatDeadline) == wake.Due,
        _ => _activities.TryGetValue(wake.Command, out var m)
            && Times.ToMilliseconds(m.ScheduleToCloseDeadline) == wake.Due,
    };

    private void NoteCommand(long command)
    {
        if (command != NextCommand) throw Corrupt(
            $"event {_position} has the command number {command}, and {NextCommand} was to be next");
        NextCommand = command + 1;
    }

    private T Find<T>(in MachineTable<T> machines, long command, HistoryEvent e) where T : class =>
        machines.TryGetValue(command, out var machine)
        ? machine
        : throw Corrupt($"event {_position} is a {e.GetType().Name} of command {command}, which is not pending there");

    private static EngineFault Corrupt(string what) =>
        new(FaultCodes.CorruptHistory,
            $"The run's history is corrupt: {what}. Restore the run from a backup, or reset it to an earlier event.");
}
