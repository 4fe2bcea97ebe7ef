using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Activities: local calls, outcomes from outside, and what clients ask of a call that has not ended.
public sealed partial class WorkflowRun
{
    private HashSet<RequestId>? _taken;

    /// <summary>
    /// Whether a client's request about an activity took effect: it is in the history, so its repeat is answered as it was.
    /// </summary>
    public bool HasTaken(RequestId request) => _taken?.Contains(request) == true;

    /// <summary>Finds an activity that was called and has not ended.</summary>
    /// <returns>What is to be seen of it; null where there is none.</returns>
    public PendingActivity? FindActivity(long command) =>
        _activities.TryGetValue(command, out var machine) ? DescribeActivity(machine) : null;

    /// <summary>
    /// Attempts that end from outside and may not go without a heartbeat for long: what a reloaded activation must tell of their
    /// last ones (<see cref="BeatOutside"/>) before time goes on.
    /// </summary>
    public IReadOnlyList<(long Command, int Attempt)> AttemptsWithHeartbeatsOutside() =>
        [.. _activities.Values.Where(static m => m.State == ActivityState.Outside && m.Settings.Heartbeat is not null)
            .OrderBy(static m => m.Command).Select(static m => (m.Command, m.Attempt))];

    /// <summary>A local call: it takes its number, and nothing is recorded before its outcome.</summary>
    internal ActivityMachine? CallLocally(ActivityScheduled asked, TimeSpan longestBackOff)
    {
        NoteCommand(asked.Command);
        var machine = ActivityMachine.Local(asked, longestBackOff, _position, _step);
        _activities.Add(asked.Command, machine);
        _withHosts++;
        _wakes.Add(machine.ScheduleToCloseDeadline, asked.Command, WakeKind.ScheduleToClose);
        if (IsLiveTurn) _effects.Add(machine.Dispatch());
        return machine;
    }

    private static PendingActivity DescribeActivity(ActivityMachine m) => new(
        m.Command, m.ActivityType, m.Attempt, m.Host, m.ScheduledAt,
        m.State == ActivityState.BackingOff ? m.AttemptDueAt : null, m.CancelRequested, m.LastFailure)
    {
        PausedAt = m.PausedAt,
        PauseReason = m.PauseReason,
        IsOutside = m.State == ActivityState.Outside,
        IsLocal = m.IsLocal,
        Compensates = m.Compensates,
        AttemptsCounted = m.Counted,
        Settings = m.Settings,
    };

    private bool BackedOffInMemory(ActivityMachine machine, ReportActivity report)
    {
        if (!machine.TryBackOffInMemory(report.Attempt, report.Outcome, TurnTime)) return false;
        Await(machine);
        return true;
    }

    /// <summary>The first turn after a replay: local calls without an outcome begin again.</summary>
    private void BeginLocalsAnew()
    {
        foreach (var command in _activities.Commands(static m => m.IsLocal && m.State == ActivityState.WithHost))
        {
            var machine = _activities[command];
            _effects.Add(machine.Dispatch());
            if (machine.CancelRequested) _effects.Add(Cancel(machine, ActivityCancellationReason.Requested));
        }
    }

    private void TakeControl(ActivityControl asked, ActivityMachine machine)
    {
        if (HasTaken(asked.Request)) return;
        if (asked is EndOutside end)
        {
            var wasWithHost = machine.State == ActivityState.WithHost;
            var attempt = Cancel(machine, ActivityCancellationReason.NotWanted);
            if (machine.EndOutside(end, MaybeOut(machine), TurnTime, Settings.Placement) is not { } outcome) return;
            if (wasWithHost) _effects.Add(attempt); // the one with the token was quicker: nobody wants the host's report
            Happen(outcome);
            return;
        }

        // What is due goes out first: whether the current attempt is under way must be certain.
        if (machine is { State: ActivityState.BackingOff, PausedAt: null, IsLocal: false } && machine.AttemptDueAt <= TurnTime
            && asked is PauseActivity or ResetActivity) HandOut(machine);
        if (_stall is null && !IsClosed && _activities.ContainsKey(asked.Command)) Happen(machine.Control(asked, TurnTime));
    }

    private void ApplyActivityCompleted(ActivityCompleted e)
    {
        NoteTaken(e.Request);
        if (IsLocalCall(e.Local, e.Command, e)) EndActivity(e.Command, e).Waiter?.Complete(e.Result);
    }

    private void ApplyActivityEnded(ActivityEnded e)
    {
        NoteTaken(e.Request);
        if (!IsLocalCall(e.Local, e.Command, e)) return;
        var ended = EndActivity(e.Command, e);
        ended.Waiter?.Fail(RecordedFailures.ToException(ended.FailureOf(e)));
    }

    private void ApplyActivityControl(HistoryEvent happened, bool isNew)
    {
        NoteTaken(happened switch
        {
            ActivityPaused e => e.Request,
            ActivityResumed e => e.Request,
            ActivityReset e => e.Request,
            ActivityOptionsChanged e => e.Request,
            _ => null,
        });
        var machine = Find(_activities, CommandMatcher.CommandOf(happened), happened);
        ApplyTo(machine, happened);
        if (isNew && !IsLiveTurn) return;
        Await(machine);
        _wakes.Add(machine.ScheduleToCloseDeadline, machine.Command, WakeKind.ScheduleToClose);
    }

    private void AwaitOutside(ActivityMachine machine)
    {
        _wakes.Add(machine.StartToCloseDeadline, machine.Command, WakeKind.StartToClose, machine.Attempt);
        _wakes.Add(machine.HeartbeatDeadline, machine.Command, WakeKind.Heartbeat, machine.Attempt);
    }

    /// <summary>
    /// Whether what is recorded of a local call fits a call that the code has made: for there is no other record of it.
    /// </summary>
    /// <returns>True where it fits, or is of no local call; else the run has stalled.</returns>
    private bool IsLocalCall(string? local, long command, HistoryEvent e)
    {
        if (local is null) return true;
        if (_activities.TryGetValue(command, out var machine) && machine.IsLocal && machine.ActivityType == local) return true;
        var actual = machine is null ? "no local activity under that number"
            : $"{(machine.IsLocal ? "local activity" : "activity")} {command} '{machine.ActivityType}'";
        _stall ??= new Stall(
            FaultCodes.Nondeterminism,
            $"Workflow code does not fit its history: event {_position} is {CommandMatcher.Describe(e)}, but the code asked for "
            + $"{actual}. Deploy code that fits (or guards its change), or reset the run.",
            CommandMatcher.Describe(e), actual, _position);
        return false;
    }

    private void NoteTaken(RequestId? request)
    {
        if (request is { } taken) (_taken ??= []).Add(taken);
    }
}
