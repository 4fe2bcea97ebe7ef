using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <content>
/// What reaches an activity from outside: an outcome or a sign of life under its token, and clients' wishes.
/// <code>
/// state       input                              event                    next
/// any open    pause, not paused                  ActivityPaused           the same; no attempt begins, schedule-to-close rests
/// any open    resume, paused                     ActivityResumed          the same; what was due meanwhile is due now
/// BackingOff  reset                              ActivityReset            the same; due now, as the first of the policy
/// others      reset                              ActivityReset            the same; the next is the first of the policy
/// any open    change of options                  ActivityOptionsChanged   the same
/// Outside     start-to-close, heartbeat runs out ActivityRetryScheduled or ActivityEnded, as of a failed attempt
/// </code>
/// Attempts keep their numbers, since hosts know them by these: a reset only moves the point from which the policy counts.
/// </content>
internal sealed partial class ActivityMachine
{
    private TimeSpan _pausedFor;
    private int _countedFrom;
    private int _detailsFrom;

    /// <summary>Since when it is paused; null where it is not.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>Why it is paused.</summary>
    public string? PauseReason { get; private set; }

    /// <summary>When the attempt that ends from outside began.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>The last sign of life of an attempt that ends from outside. Not recorded here.</summary>
    public DateTimeOffset LastBeatAt { get; private set; }

    /// <summary>The attempts that count for the retry policy.</summary>
    public int Counted => Attempt - _countedFrom;

    public DateTimeOffset StartToCloseDeadline =>
        Settings.StartToClose is { } limit && State == ActivityState.Outside ? Times.After(StartedAt, limit) : Times.Never;

    public DateTimeOffset HeartbeatDeadline =>
        Settings.Heartbeat is { } limit && State == ActivityState.Outside ? Times.After(LastBeatAt, limit) : Times.Never;

    /// <summary>Takes an outcome from outside; null where the attempt is not the current one any more.</summary>
    public HistoryEvent? EndOutside(EndOutside asked, bool maybeOut, DateTimeOffset at, IActivityPlacement placement)
    {
        if (IsLocal || !IsOut(asked.Attempt, maybeOut)) return null;
        return EndBy(asked.Outcome, at, placement) switch
        {
            ActivityCompleted e => e with { Request = asked.Request },
            ActivityEnded e => e with { Request = asked.Request },
            ActivityRetryScheduled e => e with { Request = asked.Request },
            var other => other,
        };
    }

    /// <summary>A limit that the run itself keeps for an attempt that ends from outside has run out.</summary>
    public HistoryEvent TimeOutOutside(TimeoutKind kind, DateTimeOffset at, IActivityPlacement placement) =>
        FailCurrent(
            new FailureInfo
            {
                Kind = FailureKind.Timeout,
                Timeout = kind,
                Message = kind == TimeoutKind.Heartbeat
                    ? $"Attempt {Attempt} of activity '{ActivityType}' had no heartbeat from outside for {Settings.Heartbeat}."
                    : $"Attempt {Attempt} of activity '{ActivityType}' was not completed from outside within "
                        + $"{Settings.StartToClose}.",
            },
            at, placement);

    /// <summary>Decides about a client's wish; null where it is so already.</summary>
    public HistoryEvent? Control(ActivityControl asked, DateTimeOffset at)
    {
        if (IsLocal || State == ActivityState.Ended) return null;
        var isOut = State != ActivityState.BackingOff;
        return asked switch
        {
            PauseActivity p when PausedAt is null =>
                new ActivityPaused { At = at, Command = Command, IsOut = isOut, Reason = p.Reason, Request = p.Request },
            ResumeActivity r when PausedAt is not null => new ActivityResumed { At = at, Command = Command, Request = r.Request },
            ResetActivity r =>
                new ActivityReset
                {
                    At = at, Command = Command, IsOut = isOut, ClearDetails = r.ClearDetails, Request = r.Request,
                },
            ChangeActivityOptions c when c.Change.ApplyTo(Settings) is var changed && changed != Settings =>
                new ActivityOptionsChanged { At = at, Command = Command, Settings = changed, Request = c.Request },
            _ => null,
        };
    }

    /// <summary>A sign of life from outside. Not recorded.</summary>
    /// <returns>Whether it is of the current attempt, and news.</returns>
    public bool NoteBeat(int attempt, DateTimeOffset at)
    {
        if (State != ActivityState.Outside || attempt != Attempt || at <= LastBeatAt) return false;
        LastBeatAt = at;
        return true;
    }

    private ActivityMovedOutside MoveOutside(TimeSpan ran, DateTimeOffset at)
    {
        var started = Times.Truncate(at - (ran > TimeSpan.Zero ? ran : TimeSpan.Zero));
        return new ActivityMovedOutside
        {
            At = at, Command = Command, Attempt = Attempt, StartedAt = started < AttemptDueAt ? AttemptDueAt : started,
        };
    }

    private void ApplyControl(HistoryEvent happened)
    {
        switch (happened)
        {
            case ActivityPaused e:
                PausedAt = e.At;
                PauseReason = e.Reason;
                NoteOut(e.IsOut);
                break;
            case ActivityResumed e:
                _pausedFor += e.At - PausedAt!.Value;
                PausedAt = null;
                PauseReason = null;
                if (State == ActivityState.BackingOff && AttemptDueAt < e.At) AttemptDueAt = e.At;
                break;
            case ActivityReset e:
                NoteOut(e.IsOut);
                LossesInARow = 0;
                var next = State == ActivityState.BackingOff ? Attempt : Attempt + 1;
                _countedFrom = next - 1;
                if (e.ClearDetails) _detailsFrom = next;
                if (State == ActivityState.BackingOff) AttemptDueAt = e.At;
                break;
            case ActivityOptionsChanged e:
                Settings = e.Settings;
                break;
        }
    }

    // That a due retry was handed out is not recorded by itself; here it makes a difference, so the event tells.
    private void NoteOut(bool isOut)
    {
        if (isOut && State == ActivityState.BackingOff) State = ActivityState.WithHost;
    }
}
