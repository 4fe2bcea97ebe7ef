using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>A run's start and end.</summary>
/// <remarks>
/// <code>
/// state       input                               event            next
/// (empty)     StartRun                            RunStarted       Running; Delayed where its first turn is due later
/// Delayed     its time has come, or is ended      StartDelayEnded  Running
/// Running     code returns                        RunCompleted     Completed
/// Running     a failure escapes the code          RunFailed        Failed
/// Running     a cancellation escapes, when asked  RunCanceled      Canceled
/// Running     code continues as new               RunContinuedAsNew  ContinuedAsNew
/// any open    Terminate, stalled or not           RunTerminated    Terminated
/// any open    its deadline passed, stalled or not RunTimedOut      TimedOut
/// </code>
/// Anything else changes nothing. Being stalled is no state of the history: it is a judgement of the code as deployed.
/// </remarks>
internal sealed class RunMachine
{
    /// <summary>The first event; null before.</summary>
    public RunStarted? Started { get; private set; }

    /// <summary>The last event; null while open.</summary>
    public HistoryEvent? Closing { get; private set; }

    public bool IsOpen => Started is not null && Closing is null;

    /// <summary>Whether its code has yet to begin, since its start is delayed.</summary>
    public bool IsDelayed { get; private set; }

    /// <summary>When it must have ended.</summary>
    public DateTimeOffset Deadline { get; private set; } = Times.Never;

    public WorkflowStatus Status => Closing switch
    {
        null => WorkflowStatus.Running,
        RunCompleted => WorkflowStatus.Completed,
        RunFailed => WorkflowStatus.Failed,
        RunCanceled => WorkflowStatus.Canceled,
        RunContinuedAsNew => WorkflowStatus.ContinuedAsNew,
        RunTimedOut => WorkflowStatus.TimedOut,
        _ => WorkflowStatus.Terminated,
    };

    /// <summary>Whether an event ends a run.</summary>
    public static bool IsClosing(HistoryEvent e) =>
        e is RunCompleted or RunFailed or RunCanceled or RunTerminated or RunContinuedAsNew or RunTimedOut;

    /// <summary>A start; null where the run has one.</summary>
    /// <param name="start">What is asked for.</param>
    /// <param name="version">The version of the code that it gets.</param>
    /// <param name="behaviors">The engine's behaviours of today.</param>
    /// <param name="hint">From where on it is told to continue as new.</param>
    /// <param name="at">The event's time.</param>
    public RunStarted? Start(StartRun start, int version, EngineBehaviors behaviors, ContinueHint hint, DateTimeOffset at)
    {
        if (Started is not null) return null;
        var begins = start.StartDelay is { Ticks: > 0 } delay ? Times.After(at, delay) : at;
        var deadline = start.ExecutionDeadline
            ?? (start.ExecutionTimeout is { } timeout ? Times.After(begins, timeout) : (DateTimeOffset?)null);
        return new RunStarted
        {
            At = at,
            Key = start.Key,
            RunId = start.RunId,
            WorkflowType = start.WorkflowType,
            Input = start.Input,
            Seed = start.Seed,
            Request = start.Request,
            TraceParent = start.TraceParent,
            Flags = (int)behaviors,
            Version = version,
            Pinned = start.Version is not null,
            RunTimeout = start.RunTimeout is { } limit ? Times.Ceiling(limit) : null,
            ExecutionDeadline = deadline == Times.Never ? null : deadline,
            StartAt = begins > at ? begins : null,
            Headers = start.Headers is { Count: > 0 } ? start.Headers : null,
            Previous = start.Previous,
            Parent = start.Parent,
            ContinuedFrom = start.ContinuedFrom,
            FirstRun = start.FirstRun,
            Carry = start.Carry,
            Hint = hint == ContinueHint.Default ? null : hint,
        };
    }

    /// <summary>The delay of the start ends; null where there is none.</summary>
    public StartDelayEnded? EndDelay(RequestId? request, DateTimeOffset at) =>
        IsOpen && IsDelayed ? new StartDelayEnded { At = at, Request = request } : null;

    /// <summary>Time has come to <paramref name="at"/>; null where the run may go on.</summary>
    public RunTimedOut? TimeOut(DateTimeOffset at)
    {
        if (!IsOpen || Deadline == Times.Never || at < Deadline) return null;
        var isExecution = Started!.ExecutionDeadline <= Deadline;
        return new RunTimedOut
        {
            At = at,
            Failure = new FailureInfo
            {
                Kind = FailureKind.Timeout,
                Timeout = isExecution ? TimeoutKind.Execution : TimeoutKind.Run,
                Message = isExecution
                    ? $"The workflow did not end by {Deadline:yyyy-MM-dd HH:mm:ss.fff} UTC, when its execution timeout ran out."
                    : $"The run did not end within its run timeout of {Started.RunTimeout}.",
            },
        };
    }

    /// <summary>An end from outside; null where there is nothing to end.</summary>
    public RunTerminated? Terminate(Terminate terminate, DateTimeOffset at) =>
        IsOpen ? new RunTerminated
        {
            At = at, Reason = terminate.Reason, Request = terminate.Request, Next = terminate.Next,
        } : null;

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(HistoryEvent happened)
    {
        if (happened is RunStarted started && Started is null) Begin(started);
        else if (IsOpen && IsClosing(happened)) Closing = happened;
        else if (IsOpen && IsDelayed && happened is StartDelayEnded) IsDelayed = false;
        else throw new InvalidOperationException(
            $"A run that is {(Started is null ? "not started" : Status)} takes no {happened.GetType().Name}.");
    }

    private void Begin(RunStarted started)
    {
        Started = started;
        IsDelayed = started.StartAt > started.At;
        if (started.RunTimeout is { } limit) Deadline = Times.After(started.StartAt ?? started.At, limit);
        if (started.ExecutionDeadline < Deadline) Deadline = started.ExecutionDeadline.Value;
    }
}
