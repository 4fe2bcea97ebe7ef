using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>A run's start and end.</summary>
/// <remarks>
/// <code>
/// state       input                               event            next
/// (empty)     StartRun                            RunStarted       Running
/// Running     code returns                        RunCompleted     Completed
/// Running     a failure escapes the code          RunFailed        Failed
/// Running     a cancellation escapes, when asked  RunCanceled      Canceled
/// Running     code continues as new               RunContinuedAsNew  ContinuedAsNew
/// Running     Terminate, stalled or not           RunTerminated    Terminated
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

    public WorkflowStatus Status => Closing switch
    {
        null => WorkflowStatus.Running,
        RunCompleted => WorkflowStatus.Completed,
        RunFailed => WorkflowStatus.Failed,
        RunCanceled => WorkflowStatus.Canceled,
        RunContinuedAsNew => WorkflowStatus.ContinuedAsNew,
        _ => WorkflowStatus.Terminated,
    };

    /// <summary>Whether an event ends a run.</summary>
    public static bool IsClosing(HistoryEvent e) =>
        e is RunCompleted or RunFailed or RunCanceled or RunTerminated or RunContinuedAsNew;

    /// <summary>A start; null where the run has one.</summary>
    public RunStarted? Start(StartRun start, EngineBehaviors behaviors, DateTimeOffset at) =>
        Started is not null ? null : new RunStarted
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
        Parent = start.Parent,
        ContinuedFrom = start.ContinuedFrom,
        FirstRun = start.FirstRun,
        Carry = start.Carry,
    };

    /// <summary>An end from outside; null where there is nothing to end.</summary>
    public RunTerminated? Terminate(Terminate terminate, DateTimeOffset at) =>
        IsOpen ? new RunTerminated { At = at, Reason = terminate.Reason, Request = terminate.Request } : null;

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(HistoryEvent happened)
    {
        if (happened is RunStarted started && Started is null) Started = started;
        else if (IsOpen && IsClosing(happened)) Closing = happened;
        else throw new InvalidOperationException(
            $"A run that is {(Started is null ? "not started" : Status)} takes no {happened.GetType().Name}.");
    }
}
