using System.Diagnostics;

namespace Orchestration.Client;

/// <summary>The client's spans: one around each start, under which the run's own hang.</summary>
internal static class ClientTelemetry
{
    private static readonly ActivitySource Source = new("Orchestration.Client");

    /// <summary>Opens the span of a start; null where nobody listens.</summary>
    public static Activity? StartSpan(string? workflowType, string workflowId)
    {
        var span = Source.StartActivity("workflow.start", ActivityKind.Client);
        span?.SetTag("orchestration.workflow.type", workflowType);
        span?.SetTag("orchestration.workflow.id", workflowId);
        return span;
    }

    /// <summary>The current span as a W3C trace parent; null where there is none.</summary>
    public static string? TraceParent() => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;
}
