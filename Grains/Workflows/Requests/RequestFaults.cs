using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>Why an instance did not take what a request brought.</summary>
internal static class RequestFaults
{
    /// <summary>Why the run did not take a message, for good.</summary>
    public static Fault Of(RejectedStimulus rejected, IInstance instance) => rejected.Kind switch
    {
        RejectionKind.Closed => Closed(instance),
        RejectionKind.UpdateRejected => WorkflowFaults.UpdateRejected(rejected.Message, rejected.Failure),
        RejectionKind.TokenSpent => WorkflowFaults.TokenSpent(rejected.Message),
        _ => WorkflowFaults.Invalid(rejected.Message),
    };

    /// <summary>The run has ended; another may have followed it.</summary>
    public static Fault Closed(IInstance instance) => instance.Closed is { } closed
        ? WorkflowFaults.Closed(instance.Key, closed.Record.Key.RunId, closed.Record.Summary.Status) : WorkflowFaults.Moving;

    /// <summary>Why payloads are not taken; null where they are small enough.</summary>
    public static Fault? TooLarge(OrchestrationOptions options, Payload[] payloads, string what)
    {
        var size = 0L;
        foreach (var payload in payloads) size += payload.Data.Length;
        return size > options.MaximumPayloadBytes ? WorkflowFaults.TooLarge(what, size, options.MaximumPayloadBytes) : null;
    }
}
