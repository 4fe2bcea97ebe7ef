using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>Where a child stands.</summary>
internal enum ChildState
{
    /// <summary>Its start is on its way.</summary>
    Starting,

    /// <summary>It is known to be there.</summary>
    Running,

    /// <summary>Its last run failed, and the next one waits for its time.</summary>
    BackingOff,

    /// <summary>It has its outcome, or was never there.</summary>
    Ended,
}

/// <summary>One child workflow, from its scheduling to its outcome.</summary>
/// <remarks>
/// <code>
/// state        input                                  event                          next
/// (none)       code starts the child                  ChildScheduled                 Starting
/// Starting     start acknowledged                     ChildStarted                   Running
/// Starting     start refused                          ChildStartFailed               Ended
/// Starting     outcome (so the start arrived)         ChildStarted, then as Running  as Running
/// Running      completed                              ChildCompleted                 Ended
/// Running      failed; policy allows another run      ChildRetryScheduled            BackingOff
/// Running      any other end                          ChildEnded                     Ended
/// BackingOff   due                                    -                              Starting
/// BackingOff   code cancels                           ChildCancelRequested           Ended
/// Starting,    code cancels                           ChildCancelRequested           the same; the wait ends now unless it
/// Running                                                                            waits for the outcome
/// </code>
/// Anything else changes nothing. That a retry is due is not recorded: its start is handed out again after a reload, and the
/// child
/// knows it by its run.
/// </remarks>
internal sealed class ChildMachine(ChildScheduled scheduled, long step)
{
    public long Command => scheduled.Command;

    public WorkflowKey Key => scheduled.Key;

    public string WorkflowType => scheduled.WorkflowType;

    public ChildSettings Settings => scheduled.Settings;

    /// <summary>The step of the run in which it was scheduled: within that step its start has not been sent.</summary>
    public long Step { get; } = step;

    public ChildState State { get; private set; }

    public int Attempt { get; private set; } = 1;

    /// <summary>The first run of the current attempt.</summary>
    public RunId RunId { get; private set; } = scheduled.RunId;

    public DateTimeOffset DueAt { get; private set; } = scheduled.At;

    public FailureInfo? LastFailure { get; private set; }

    public bool CancelRequested { get; private set; }

    /// <summary>Whether the start of the current attempt has gone out for certain, or may have.</summary>
    public bool IsOut => State is ChildState.Starting or ChildState.Running;

    /// <summary>The workflow code that waits for its start.</summary>
    public VoidWaiter? StartWaiter { get; set; }

    /// <summary>The workflow code that waits for its end.</summary>
    public ChildOutcomeWaiter? Outcome { get; set; }

    /// <summary>What cancels it, where that is not the run's own cancellation.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>Whether the run's own cancellation cancels it.</summary>
    public bool FollowsRun { get; set; }

    /// <summary>The child's side has answered the start of the current attempt.</summary>
    public HistoryEvent? Answer(AnswerMessage answer, DateTimeOffset at)
    {
        if (State != ChildState.Starting || answer.Run != RunId) return null;
        return answer.Answer switch
        {
            MessageAnswer.Taken => new ChildStarted { At = at, Command = Command, RunId = RunId },
            MessageAnswer.AlreadyStarted => Refuse(ChildStartProblem.AlreadyStarted, answer.Message, at),
            MessageAnswer.UnknownType => Refuse(ChildStartProblem.UnknownWorkflowType, answer.Message, at),
            _ => Refuse(ChildStartProblem.InvalidRequest, answer.Message, at),
        };
    }

    /// <summary>The child has ended; it is known to have started.</summary>
    public HistoryEvent? Report(ReportChild report, DateTimeOffset at)
    {
        if (State != ChildState.Running || report.ChildRun != RunId) return null;
        if (report.Status == WorkflowStatus.Completed)
            return new ChildCompleted { At = at, Command = Command, Result = report.Result ?? Payload.Null };
        var failure = report.Failure ?? new FailureInfo { Kind = FailureKind.Application, Message = "No failure was recorded." };
        if ((report.Status is WorkflowStatus.Failed or WorkflowStatus.TimedOut) && !CancelRequested && Settings.Retry is { } retry
            && Retries.NextDelay(retry, failure, Attempt) is { } delay
            && (Deadline is not { } deadline || Times.After(at, delay) < deadline))
        {
            return new ChildRetryScheduled
            {
                At = at, Command = Command, Attempt = Attempt + 1, DueAt = Times.After(at, delay), LastFailure = failure,
                RunId = RunIds.OfChild(scheduled.RunId, Attempt + 1),
            };
        }

        return new ChildEnded { At = at, Command = Command, Status = report.Status, Failure = failure };
    }

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(HistoryEvent happened)
    {
        switch (happened)
        {
            case ChildStarted:
                State = ChildState.Running;
                break;
            case ChildRetryScheduled e:
                (Attempt, RunId, DueAt, LastFailure) = (e.Attempt, e.RunId, e.DueAt, e.LastFailure);
                State = ChildState.BackingOff;
                break;
            case ChildCancelRequested:
                CancelRequested = true;
                if (State == ChildState.BackingOff) State = ChildState.Ended;
                break;
            case ChildStartFailed or ChildCompleted or ChildEnded:
                State = ChildState.Ended;
                break;
            default:
                throw new InvalidOperationException($"A child takes no {happened.GetType().Name}.");
        }
    }

    /// <summary>A due retry's start goes out. Not recorded.</summary>
    public void NoteDue() => State = ChildState.Starting;

    /// <summary>The message that starts the current attempt.</summary>
    public RunMessage Start(RunStarted parent) => new()
    {
        Kind = RunMessageKind.StartChild,
        Source = new MessageSource(parent.Key, parent.RunId, Command),
        Number = Command,
        Target = Key,
        TargetRun = RunId,
        Name = WorkflowType,
        Arguments = [scheduled.Input],
        IdReuse = Attempt == 1 ? Settings.IdReuse : WorkflowIdReusePolicy.AllowDuplicate,
        Headers = ChildStarts.Merged(parent.Headers, Settings.Headers),
        Start = Attempt == 1 || Settings.Start is not { } start ? Settings.Start : start with
        {
            StartDelay = null,
            ExecutionTimeout = null,
            ExecutionDeadline = Deadline,
        },
    };

    // For all attempts together, so that no retry gets the time anew.
    private DateTimeOffset? Deadline => Settings.Start is { ExecutionTimeout: { } timeout } start
        ? Times.After(Times.After(scheduled.At, start.StartDelay ?? TimeSpan.Zero), timeout) : null;

    /// <summary>The failure that workflow code sees.</summary>
    public FailureInfo FailureOf(ChildEnded ended) => new()
    {
        Kind = ended.Status == WorkflowStatus.Canceled ? FailureKind.Canceled : FailureKind.ChildWorkflow,
        Message = $"Child workflow '{Key.Id}' ({WorkflowType}) ended as {ended.Status}: {ended.Failure.Message}",
        WorkflowId = Key.Id.Value,
        WorkflowType = WorkflowType,
        Status = ended.Status,
        Cause = ended.Failure,
    };

    /// <summary>The failure that workflow code sees where the child could not be started.</summary>
    public FailureInfo FailureOf(ChildStartFailed failed) => new()
    {
        Kind = FailureKind.ChildNotStarted,
        Message = $"Child workflow '{Key.Id}' ({WorkflowType}) was not started: {failed.Message}",
        Type = failed.Problem.ToString(),
        WorkflowId = Key.Id.Value,
        WorkflowType = WorkflowType,
    };

    private ChildStartFailed Refuse(ChildStartProblem problem, string? message, DateTimeOffset at) =>
        new() { At = at, Command = Command, Problem = problem, Message = message ?? problem.ToString() };
}
