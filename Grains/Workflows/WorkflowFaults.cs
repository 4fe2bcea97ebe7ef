using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

/// <summary>The API outcomes as values that cross grain calls.</summary>
internal static class WorkflowFaults
{
    /// <summary>The activation is on its way out, or between two states: the caller comes again.</summary>
    public static readonly Fault Moving =
        NotOwner("The workflow is moving to another activation; repeat the request.");

    public static Fault NotFound(WorkflowKey key, Guid? runId) => new()
    {
        Kind = FaultKind.NotFound,
        Message = new WorkflowNotFound(key, runId is { } run ? new RunId(run) : null).Message,
    };

    public static Fault AlreadyStarted(WorkflowKey key, RunId runId) => new()
    {
        Kind = FaultKind.AlreadyStarted,
        Message = new WorkflowAlreadyStarted(key, runId).Message,
        RunId = runId.Value,
    };

    public static Fault UnknownType(string hosted) => new()
    {
        Kind = FaultKind.UnknownWorkflowType,
        Message = hosted, // the client adds the words; it knows the type
    };

    public static Fault TooLarge(string what, long size, long limit) => new()
    {
        Kind = FaultKind.PayloadTooLarge,
        Message = new PayloadTooLarge(what, size, limit).Message,
        Size = size,
        Limit = limit,
    };

    public static Fault SlowDown(TimeSpan retryAfter) => new()
    {
        Kind = FaultKind.SlowDown,
        Message = new SlowDown(retryAfter).Message,
        RetryAfter = retryAfter,
    };

    public static Fault NotOwner(string message) => new() { Kind = FaultKind.NotOwner, Message = message };

    public static Fault NotPending(string message) => new() { Kind = FaultKind.ActivityNotPending, Message = message };

    public static Fault Invalid(string message) => new() { Kind = FaultKind.InvalidRequest, Message = message };

    public static Fault Closed(WorkflowKey key, RunId run, WorkflowStatus status) => new()
    {
        Kind = FaultKind.Closed, Message = new WorkflowClosed(key, run, status).Message, RunId = run.Value, Status = status,
    };

    public static Fault Stalled(string reason) => new() { Kind = FaultKind.Stalled, Message = reason };

    public static Fault QueryFailed(string message) => new() { Kind = FaultKind.QueryFailed, Message = message };

    public static Fault UpdateRejected(string message, FailureInfo? failure) =>
        new() { Kind = FaultKind.UpdateRejected, Message = message, Failure = failure };

    public static Fault TokenSpent(string message) => new() { Kind = FaultKind.TokenSpent, Message = message };

    /// <summary>The message goes without its code, which travels beside it.</summary>
    public static Fault Engine(EngineFault fault) =>
        new() { Kind = FaultKind.Engine, Message = fault.Message[(fault.Code.Length + 2)..], Code = fault.Code };

    /// <summary>
    /// The fault that an exception of the engine's own comes to; anything else is not for callers' eyes and stays an exception.
    /// </summary>
    public static Fault? Of(Exception exception) => exception switch
    {
        PayloadTooLarge e => TooLarge("payload", e.Size, e.Limit),
        ApiFailure e => Invalid(e.Message),
        EngineFault e => Engine(e),
        _ => null,
    };
}
