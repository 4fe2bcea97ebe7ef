using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>Where an activity stands.</summary>
internal enum ActivityState
{
    /// <summary>Its current attempt was handed to a host, or is about to be by the turn's effects.</summary>
    WithHost,

    /// <summary>Its current attempt waits for its due time, or for the activity's being resumed.</summary>
    BackingOff,

    /// <summary>Its current attempt will end from outside, under its token; no host knows of it any more.</summary>
    Outside,

    /// <summary>It has its outcome.</summary>
    Ended,
}

/// <summary>One activity call, from its scheduling to its outcome.</summary>
/// <remarks>
/// <code>
/// state       input                                     event                      next
/// (none)      code calls the activity                   ActivityScheduled          WithHost
/// WithHost    result of the current attempt             ActivityCompleted          Ended
/// WithHost    failure, lost; policy allows a retry      ActivityRetryScheduled     BackingOff, or WithHost where due at once
/// WithHost    failure, lost; policy allows none         ActivityEnded              Ended
/// WithHost    cancelled by its host                     ActivityEnded              Ended
/// WithHost    never ran                                 ActivityRetryScheduled     WithHost, same attempt, another host
/// WithHost    not started in time                       ActivityEnded              Ended
/// WithHost    code cancels, WaitCancellationCompleted   ActivityCancelRequested    WithHost
/// BackingOff  due, host alive                           -                          WithHost
/// BackingOff  due, host gone                            ActivityRetryScheduled     WithHost, same attempt, another host
/// WithHost    code ended, outcome to come from outside  ActivityMovedOutside       Outside
/// Outside     outcome, start-to-close, no heartbeat     as of WithHost             as of WithHost
/// any open    taken too long in all                     ActivityEnded              Ended
/// any open    code cancels, otherwise                   ActivityCanceled           Ended
/// any open    paused, resumed, reset, other options     see ActivityMachine.Control.cs
/// </code>
/// A local call is the same machine; its scheduling and its short back-offs are not recorded (see
/// <c>ActivityMachine.Local.cs</c>). A token's outcome is taken while the attempt is still with its host, too: the one who has
/// the token may be quicker than the host's report. Anything else changes nothing. Decisions return an event and change
/// nothing; <see cref="Apply"/> changes the state, live and
/// on replay. Two facts are not recorded and only spare work: that a due retry was handed out, and that a host has started an
/// attempt.
/// </remarks>
internal sealed partial class ActivityMachine
{
    /// <summary>How many losses in a row are repeated without back-off.</summary>
    private const int LossesAtOnce = 2;

    private const string Interrupted = nameof(Interrupted);

    private readonly ActivityScheduled _scheduled;

    public ActivityMachine(ActivityScheduled scheduled, long number, long step)
    {
        _scheduled = scheduled;
        Settings = scheduled.Settings;
        AttemptEvent = number;
        Step = step;
        State = ActivityState.WithHost;
        Attempt = 1;
        Host = scheduled.Host;
        ScheduledAt = AttemptDueAt = scheduled.At;
    }

    public long Command => _scheduled.Command;

    public string ActivityType => _scheduled.ActivityType;

    /// <summary>The compensation that it is part of; 0 where it is part of none.</summary>
    public long Compensates => _scheduled.Compensates;

    public ActivitySettings Settings { get; private set; }

    /// <summary>The step of the run in which it was scheduled: within that step it has not been handed out for certain.</summary>
    public long Step { get; }

    public ActivityState State { get; private set; }

    public int Attempt { get; private set; }

    public string Host { get; private set; }

    public DateTimeOffset ScheduledAt { get; private set; }

    /// <summary>When the current attempt was, or will be, due.</summary>
    public DateTimeOffset AttemptDueAt { get; private set; }

    /// <summary>The number of the event that scheduled the current attempt, or moved it.</summary>
    public long AttemptEvent { get; private set; }

    public bool CancelRequested { get; private set; }

    public FailureInfo? LastFailure { get; private set; }

    /// <summary>How many attempts up to now were lost with their silos, one after the other.</summary>
    public int LossesInARow { get; private set; }

    /// <summary>Whether the current attempt's host said that it runs. Not recorded.</summary>
    public bool Started { get; private set; }

    /// <summary>The workflow code that waits for the outcome.</summary>
    public IWaiter? Waiter { get; set; }

    /// <summary>Whether the run's own cancellation cancels the call.</summary>
    public bool FollowsRun { get; set; }

    /// <summary>Stands still while the activity is paused.</summary>
    public DateTimeOffset ScheduleToCloseDeadline =>
        Settings.ScheduleToClose is { } limit && PausedAt is null ? Times.After(ScheduledAt + _pausedFor, limit) : Times.Never;

    public DateTimeOffset ScheduleToStartDeadline =>
        Settings.ScheduleToStart is { } limit
            && State == ActivityState.WithHost && !Started ? Times.After(AttemptDueAt, limit) : Times.Never;

    /// <summary>Takes a host's report.</summary>
    /// <param name="attempt">The attempt that it is about.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="maybeOut">Whether an attempt in back-off may be out after all, since an earlier activation handed it
    /// out.</param>
    /// <param name="at">The event's time.</param>
    /// <param name="placement">Chooses a host for what follows.</param>
    public HistoryEvent? Report(int attempt, ActivityOutcome outcome, bool maybeOut, DateTimeOffset at,
        IActivityPlacement placement)
    {
        if (!IsOut(attempt, maybeOut) || State == ActivityState.Outside) return null;
        return EndBy(outcome, at, placement);
    }

    private HistoryEvent? EndBy(ActivityOutcome outcome, DateTimeOffset at, IActivityPlacement placement) => outcome switch
    {
        ActivityOutcome.Completed e =>
            new ActivityCompleted { At = at, Command = Command, Attempt = Attempt, Result = e.Result, Local = LocalType },
        ActivityOutcome.Canceled e =>
            End(e.Failure.Kind == FailureKind.Canceled ? e.Failure : e.Failure with { Kind = FailureKind.Canceled }, at),
        ActivityOutcome.Interrupted => IsLocal ? null : LoseCurrent(at, placement, Interrupted,
            $"Attempt {Attempt} of activity '{ActivityType}' was interrupted by the shutdown of its silo {Host}."),
        ActivityOutcome.Failed e => FailCurrent(e.Failure, at, placement),
        ActivityOutcome.MovedOutside e => State == ActivityState.Outside ? null : MoveOutside(e.Ran, at),
        _ => throw new InvalidOperationException($"No activity ends as {outcome.GetType().Name}."),
    };

    /// <summary>Takes the news that an attempt is lost, or never ran.</summary>
    public HistoryEvent? Lose(LoseAttempt lost, bool maybeOut, DateTimeOffset at, IActivityPlacement placement)
    {
        if (IsLocal || State == ActivityState.Outside) return null; // no host has it
        if (!IsOut(lost.Attempt, maybeOut) || AttemptEvent > lost.AsOf) return null;
        return lost.NeverRan
            ? Retry(Attempt, at, LastFailure, at, placement)
            : LoseCurrent(at, placement, null, LossOf());
    }

    /// <summary>A retry is due, and its host is gone before it was handed out for certain.</summary>
    public HistoryEvent MoveRetry(bool maybeOut, DateTimeOffset at, IActivityPlacement placement) =>
        maybeOut || CancelRequested ? LoseCurrent(at, placement, null, LossOf()) : Retry(Attempt, at, LastFailure, at, placement);

    /// <summary>One of the run's own deadlines has passed.</summary>
    public HistoryEvent TimeOut(TimeoutKind kind, DateTimeOffset at)
    {
        var message = kind == TimeoutKind.ScheduleToStart
            ? $"Attempt {Attempt} of activity '{ActivityType}' was not started within {Settings.ScheduleToStart} on {Host}."
            : $"Activity '{ActivityType}' did not end within {Settings.ScheduleToClose} ({Attempt} attempts).";
        return End(new FailureInfo { Kind = FailureKind.Timeout, Timeout = kind, Message = message, Cause = LastFailure }, at);
    }

    /// <summary>Workflow code cancels the call; null where that is so already.</summary>
    public HistoryEvent? Cancel(bool maybeOut, DateTimeOffset at, long step)
    {
        if (State == ActivityState.Ended || CancelRequested) return null;
        var isOut = IsOut(Attempt, maybeOut) && step != Step;
        return isOut && Settings.Cancellation == ActivityCancellationType.WaitCancellationCompleted
            ? new ActivityCancelRequested { At = at, Command = Command }
            : new ActivityCanceled { At = at, Command = Command };
    }

    /// <summary>Its silo is gone.</summary>
    public HistoryEvent? LoseHost(bool maybeOut, DateTimeOffset at, IActivityPlacement placement) =>
        Lose(new LoseAttempt(Command, Attempt, NeverRan: false), maybeOut, at, placement);

    /// <summary>Changes the state by a recorded fact.</summary>
    /// <param name="happened">The fact.</param>
    /// <param name="number">Its place in the history.</param>
    public void Apply(HistoryEvent happened, long number)
    {
        switch (happened)
        {
            case ActivityRetryScheduled e:
                if (e.Attempt > Attempt) LossesInARow = LossesAfter(e.LastFailure);
                Attempt = e.Attempt;
                AttemptEvent = number;
                Host = e.Host;
                AttemptDueAt = e.DueAt;
                LastFailure = e.LastFailure;
                Started = false;
                _isShortBackOff = false;
                State = e.DueAt <= e.At && PausedAt is null ? ActivityState.WithHost : ActivityState.BackingOff;
                break;
            case ActivityCancelRequested:
                CancelRequested = true;
                break;
            case ActivityCompleted or ActivityEnded or ActivityCanceled:
                State = ActivityState.Ended;
                break;
            case ActivityMovedOutside e:
                State = ActivityState.Outside;
                StartedAt = e.StartedAt;
                LastBeatAt = e.At;
                break;
            case ActivityPaused or ActivityResumed or ActivityReset or ActivityOptionsChanged:
                ApplyControl(happened);
                break;
            default:
                throw new InvalidOperationException($"An activity takes no {happened.GetType().Name}.");
        }
    }

    /// <summary>
    /// A due retry goes out. Not recorded: after a reload it goes out again, and its host knows it by its number.
    /// </summary>
    public void NoteDispatched() => State = ActivityState.WithHost;

    /// <summary>The current attempt runs. Not recorded.</summary>
    /// <returns>Whether that was news.</returns>
    public bool NoteStarted(int attempt)
    {
        if (State != ActivityState.WithHost || attempt != Attempt || Started) return false;
        return Started = true;
    }

    /// <summary>Its scheduling becomes durable at another time than first thought.</summary>
    public void NoteScheduledAt(DateTimeOffset at) => ScheduledAt = AttemptDueAt = at;

    /// <summary>The effect that hands out the current attempt.</summary>
    public DispatchActivity Dispatch() => new(Command, Attempt, Host, ActivityType, _scheduled.Arguments, Settings, ScheduledAt)
    {
        IsLocal = IsLocal,
        DetailsFrom = _detailsFrom,
        Headers = _scheduled.Headers,
    };

    /// <summary>The failure that workflow code sees.</summary>
    public FailureInfo FailureOf(ActivityEnded ended) => ended.Failure.Kind == FailureKind.Canceled
        ? ended.Failure
        : new FailureInfo
        {
            Kind = FailureKind.Activity,
            ActivityType = ActivityType,
            Attempts = ended.Attempt,
            Message = $"Activity '{ActivityType}' failed after {ended.Attempt} "
                + $"{(ended.Attempt == 1 ? "attempt" : "attempts")}: {ended.Failure.Message}",
            Cause = ended.Failure,
        };

    private bool IsOut(int attempt, bool maybeOut) =>
        attempt == Attempt
            && (State is ActivityState.WithHost or ActivityState.Outside || (State == ActivityState.BackingOff && maybeOut));

    private string LossOf() =>
        $"Attempt {Attempt} of activity '{ActivityType}' is lost with its silo {Host}; whether it took effect is unknown.";

    // Since it is no fault of the activity's, it is repeated without back-off; but one that is lost again and again may be what
    // takes the silos down.
    private HistoryEvent LoseCurrent(DateTimeOffset at, IActivityPlacement placement, string? type, string message)
    {
        if (CancelRequested) return End(new FailureInfo { Kind = FailureKind.Canceled, Message = message }, at);
        var failure = new FailureInfo { Kind = FailureKind.Lost, Type = type, Message = message };
        var policy = Settings.Retry ?? RetryPolicy.Default;
        if (policy.MaximumAttempts > 0 && Counted >= policy.MaximumAttempts) return End(failure, at);
        var tooMany = type is null ? LossesInARow + 1 - LossesAtOnce : 0;
        var due = tooMany > 0 ? Times.After(at, Retries.Delay(policy, tooMany)) : at;
        return due >= ScheduleToCloseDeadline && due > at ? End(failure, at) : Retry(Attempt + 1, due, failure, at, placement);
    }

    private int LossesAfter(FailureInfo? failure) => failure switch
    {
        { Kind: FailureKind.Lost, Type: null } => LossesInARow + 1,
        { Kind: FailureKind.Lost } => LossesInARow, // its silo went in good order
        _ => 0,
    };

    private HistoryEvent FailCurrent(FailureInfo failure, DateTimeOffset at, IActivityPlacement placement)
    {
        if (CancelRequested || Retries.NextDelay(Settings.Retry
            ?? RetryPolicy.Default, failure, Counted) is not { } delay) return End(failure, at);
        var due = Times.After(at, delay);
        return due >= ScheduleToCloseDeadline ? End(failure, at) : Retry(Attempt + 1, due, failure, at, placement);
    }

    private ActivityRetryScheduled Retry(int attempt, DateTimeOffset due, FailureInfo? lastFailure, DateTimeOffset at,
        IActivityPlacement placement) =>
        new()
        {
            At = at, Command = Command, Attempt = attempt, DueAt = due,
            Host = IsLocal ? "" : placement.ChooseHost(ActivityType), LastFailure = lastFailure, Local = LocalType,
        };

    private ActivityEnded End(FailureInfo failure, DateTimeOffset at) =>
        new() { At = at, Command = Command, Attempt = Attempt, Failure = failure, Local = LocalType };
}
