using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;
using SpanContext = System.Diagnostics.ActivityContext;

namespace Orchestration.Grains.Workflows.Telemetry;

/// <summary>
/// The span of a run: made once, when its end is durable, from its start to its end, under the trace that its start was sent
/// with. So it is one span however often the run moved or was rebuilt, and nothing is emitted on replay.
/// </summary>
internal static class RunSpans
{
    private const int MaximumNames = 1000;

    private static readonly ConcurrentDictionary<string, SpanNames> Names = new(StringComparer.Ordinal);

    /// <summary>
    /// The trace that a run without one of its caller's begins, so that its attempts belong together; null where nobody listens.
    /// </summary>
    public static string? Begin(string workflowType, WorkflowKey key)
    {
        if (!WorkflowInstruments.Source.HasListeners()) return null;
        using var span = WorkflowInstruments.Source.StartActivity(
            NamesOf(workflowType).Start, ActivityKind.Server, default(SpanContext));
        if (span is { IsAllDataRequested: true }) span.AddTag("orchestration.workflow.id", key.ToString());
        return span?.Id;
    }

    /// <summary>Emits the span of a run that has ended.</summary>
    public static void Closed(OpenRun open, WorkflowStatus status, DateTimeOffset at)
    {
        if (!WorkflowInstruments.Source.HasListeners()) return;
        var trace = open.Trace ?? AttemptTrace.Of(open.TraceParent);
        if (trace.Parent == default) return; // nobody traced its start
        using var span = WorkflowInstruments.Source.StartActivity(
            NamesOf(open.WorkflowType).Run, ActivityKind.Internal, trace.Parent, startTime: open.StartedAt);
        if (span is not { IsAllDataRequested: true }) return;
        span.AddTag("orchestration.workflow.type", open.WorkflowType);
        span.AddTag("orchestration.workflow.id", open.Key.Key.ToString());
        span.AddTag("orchestration.workflow.run_id", open.Key.RunId.ToString());
        span.AddTag("orchestration.workflow.status", status.ToString());
        if (status is not (WorkflowStatus.Completed or WorkflowStatus.ContinuedAsNew))
            span.SetStatus(ActivityStatusCode.Error, status.ToString());
        span.SetEndTime(at.UtcDateTime < span.StartTimeUtc ? span.StartTimeUtc : at.UtcDateTime);
    }

    private static SpanNames NamesOf(string type)
    {
        if (Names.TryGetValue(type, out var known)) return known;
        var names = new SpanNames($"start {type}", $"workflow {type}");
        if (Names.Count < MaximumNames) Names.TryAdd(type, names);
        return names;
    }

    private sealed record SpanNames(string Start, string Run);
}
