using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Orchestration.Silo.Api.Errors;

/// <summary>Answers each request that fails with a problem, and logs what nobody can explain.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return; // nobody listens any more
        }
        catch (Exception e)
        {
            var problem = Problems.Of(e);
            if (problem is null)
            {
                var trace = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
                LogFailed(logger, e, http.Request.Method, http.Request.Path, trace);
                problem = Problems.Internal(trace);
            }

            await ApiProblem.WriteAsync(http, problem);
            return;
        }

        if (http.Response is { HasStarted: false, ContentLength: null, ContentType: null } response && response.StatusCode >= 400)
            await ApiProblem.WriteAsync(http, Bare(http, response.StatusCode));
    }

    private static ApiProblem Bare(HttpContext http, int status) => status switch
    {
        404 => new(404, "no-such-address", $"Nothing is at {http.Request.Path}.",
            "See /api/v1/openapi.json for what there is; ids in a path are percent-encoded."),
        405 => new(405, "method-not-allowed", $"{http.Request.Method} is not to be used at {http.Request.Path}.",
            "See the Allow header and /api/v1/openapi.json."),
        415 => new(415, "not-json", "The request's body is not application/json.",
            "Send JSON, and 'Content-Type: application/json'."),
        _ => new(status, "invalid-request", "The request cannot be carried out.", "See /api/v1/openapi.json."),
    };
}
