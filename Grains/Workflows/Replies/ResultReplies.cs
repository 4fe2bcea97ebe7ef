using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Replies;

/// <summary>How runs end, as callers are told.</summary>
internal static class ResultReplies
{
    /// <summary>The reply of a run whose last event is known.</summary>
    public static ResultReply Of(RunId run, HistoryEvent closing) => closing switch
    {
        RunCompleted e => new ResultReply { RunId = run.Value, Status = WorkflowStatus.Completed, Result = e.Result },
        RunFailed e => new ResultReply { RunId = run.Value, Status = WorkflowStatus.Failed, Failure = e.Failure },
        RunCanceled e => new ResultReply { RunId = run.Value, Status = WorkflowStatus.Canceled, Failure = e.Failure },
        RunTimedOut e => new ResultReply { RunId = run.Value, Status = WorkflowStatus.TimedOut, Failure = e.Failure },
        RunContinuedAsNew e => new ResultReply
        {
            RunId = run.Value, Status = WorkflowStatus.ContinuedAsNew,
            ContinuedTo = e.NewRunId.Value
        },
        RunTerminated e => new ResultReply
        {
            RunId = run.Value, Status = WorkflowStatus.Terminated, Failure = Terminated(
            e.Reason)
        },
        _ => throw new EngineFault(FaultCodes.CorruptHistory,
            $"Run {run} is closed, but its last event is {closing.GetType().Name}."),
    };

    /// <summary>The reply of a run that goes on: where to wait for its end.</summary>
    public static ResultReply Open(RunId run, WorkflowStatus status, string hub) =>
        new() { RunId = run.Value, Status = status, Hub = hub };

    private static FailureInfo Terminated(string? reason) => new()
    {
        Kind = FailureKind.Terminated,
        Message = reason is null ? "The run was terminated." : $"The run was terminated: {reason}",
    };
}
