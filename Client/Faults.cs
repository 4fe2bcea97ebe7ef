using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Client;

/// <summary>What the answers that are no results mean to a caller.</summary>
internal static class Faults
{
    /// <summary>Whether a call that threw may be repeated: its outcome is unknown, or it never arrived.</summary>
    public static bool IsRepeatable(Exception exception) => exception is TimeoutException or OrleansException;

    /// <summary>
    /// Whether a request that was answered so is to be repeated: by another activation or later it has an answer.
    /// </summary>
    public static bool IsRepeatable(Fault? fault) =>
        fault is { Kind: FaultKind.NotOwner } or { Kind: FaultKind.Engine, Code: FaultCodes.StoreUnavailable };

    /// <summary>The typed exception of a fault.</summary>
    public static Exception ToException(Fault fault, WorkflowKey key, string? workflowType, RunId? runId,
        string? what = null) =>
        fault.Kind switch
        {
            FaultKind.InvalidRequest => new InvalidRequest(fault.Message),
            FaultKind.NotFound => new WorkflowNotFound(key, runId),
            FaultKind.AlreadyStarted => new WorkflowAlreadyStarted(key, new RunId(fault.RunId ?? Guid.Empty)),
            FaultKind.UnknownWorkflowType => new UnknownWorkflowType(workflowType ?? "", fault.Message),
            FaultKind.PayloadTooLarge => new PayloadTooLarge(what ?? "input", fault.Size, fault.Limit),
            FaultKind.Closed => new WorkflowClosed(key, new RunId(fault.RunId ?? Guid.Empty), fault.Status),
            FaultKind.Stalled => new WorkflowStalled(key, fault.Message),
            FaultKind.QueryFailed => new QueryFailed(what ?? "", fault.Message),
            FaultKind.UpdateRejected => new UpdateRejected(what ?? "", fault.Message, fault.Failure is { } reason
                ? RecordedFailures.ToException(reason) : null),
            FaultKind.TokenSpent => new TokenSpent(fault.Message),
            FaultKind.SlowDown => new SlowDown(fault.RetryAfter ?? TimeSpan.FromSeconds(1)),
            FaultKind.NotOwner => new EngineFault(FaultCodes.StoreUnavailable, fault.Message),
            FaultKind.ActivityNotPending => new ActivityNotPending(fault.Message),
            FaultKind.Engine => new EngineFault(fault.Code ?? FaultCodes.StoreUnavailable, fault.Message),
            _ => throw new InvalidOperationException($"A silo answered with the unknown fault {fault.Kind}: {fault.Message}"),
        };
}
