using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>
/// Goes on with the trace of a caller where nobody traces requests in this process: what it starts is of that trace all the
/// same. Where somebody does, ASP.NET Core has begun a span under it already.
/// </summary>
internal static class CallersTrace
{
    private const string Name = "http request";

    /// <summary>Handles a request.</summary>
    public static Task InvokeAsync(HttpContext http, RequestDelegate next) =>
        Activity.Current is null && http.Request.Headers.TraceParent is [{ } parent]
            && ActivityContext.TryParse(parent, http.Request.Headers.TraceState, isRemote: true, out var context)
            ? UnderAsync(context, http, next) : next(http);

    private static async Task UnderAsync(ActivityContext parent, HttpContext http, RequestDelegate next)
    {
        using var span = new Activity(Name);
        span.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        span.TraceStateString = parent.TraceState;
        span.Start();
        await next(http);
    }
}
