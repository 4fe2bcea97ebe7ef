using System.Diagnostics;
using Orchestration.Workflows;
using SpanContext = System.Diagnostics.ActivityContext;

namespace Orchestration.Grains.Workflows;

/// <summary>
/// The span of a run: made once, when its end is durable, from its start to its end, under the trace that its start was sent
/// with. So it is one span however often the run moved or was rebuilt, and nothing is emitted on replay.
/// </summary>
internal static class RunSpans
{
    /// <summary>
    /// The trace that a run without one of its caller's begins, so that its attempts belong together; null where nobody listens.
    /// </summary>
    public static string? Begin(string workflowType, WorkflowKey key)
    {
        if (!WorkflowInstruments.Source.HasListeners()) return null;
        using var span = WorkflowInstruments.Source.StartActivity(
            $"start {workflowType}", ActivityKind.Server, default(SpanContext));
        span?.SetTag("orchestration.workflow.type", workflowType);
        span?.SetTag("orchestration.workflow.id", key.ToString());
        return span?.Id;
    }

    /// <summary>Emits the span of a run that has ended.</summary>
    public static void Closed(OpenRun open, WorkflowStatus status, DateTimeOffset at)
    {
        if (open.TraceParent is null || !WorkflowInstruments.Source.HasListeners()) return;
        if (!SpanContext.TryParse(open.TraceParent, null, isRemote: true, out var parent)) return;
        using var span = WorkflowInstruments.Source.StartActivity(
            $"workflow {open.WorkflowType}", ActivityKind.Internal, parent, startTime: open.StartedAt);
        if (span is null) return;
        span.SetTag("orchestration.workflow.type", open.WorkflowType);
        span.SetTag("orchestration.workflow.id", open.Key.Key.ToString());
        span.SetTag("orchestration.workflow.run_id", open.Key.RunId.ToString());
        span.SetTag("orchestration.workflow.status", status.ToString());
        if (status is not (WorkflowStatus.Completed or WorkflowStatus.ContinuedAsNew))
            span.SetStatus(ActivityStatusCode.Error, status.ToString());
        span.SetEndTime(at.UtcDateTime < span.StartTimeUtc ? span.StartTimeUtc : at.UtcDateTime);
    }
}
