using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Orchestration.Silo.Api.Errors;

/// <summary>
/// Why a request has no result, as RFC 9457 has it (<c>application/problem+json</c>): its code, what is wrong, and what to do.
/// Never a stack trace.
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A name that programs can tell it by; engine faults have their ORCH code.</param>
/// <param name="Detail">What is wrong with this very request.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ApiProblem(int Status, string Code, string Detail, string Remedy)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The run that stands in the way, where one does.</summary>
    public Guid? RunId { get; init; }

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The failure that was recorded, where one was.</summary>
    public Orchestration.Workflows.FailureInfo? Failure { get; init; }

    /// <summary>The page about it, which the silo serves.</summary>
    public string Page => Code.StartsWith("ORCH", StringComparison.Ordinal) ? $"/docs/errors/{Code}" : $"/docs/http-api#{Code}";

    /// <summary>As it is sent.</summary>
    public ProblemModel ToModel() => new()
    {
        Type = Page,
        Title = Code.Replace('-', ' '),
        Status = Status,
        Detail = Detail,
        Code = Code,
        Remedy = Remedy,
        RunId = RunId?.ToString("N"),
        RetryAfterSeconds = RetryAfter?.TotalSeconds,
        Failure = Model.FailureModel.Of(Failure)?.WithoutStack(),
    };

    /// <summary>Answers a request with it, where nothing has been sent yet.</summary>
    public static async Task WriteAsync(HttpContext http, ApiProblem problem)
    {
        if (http.Response.HasStarted)
        {
            http.Abort(); // half an answer must not look like a whole one
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = problem.Status;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.ContentType = MediaType;
        http.Response.Headers[HeaderNames.CacheControl] = "no-store";
        if (problem.Status == StatusCodes.Status401Unauthorized) http.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        if (problem.RetryAfter is { } wait)
            http.Response.Headers[HeaderNames.RetryAfter] =
                Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await JsonSerializer.SerializeAsync(
            http.Response.Body, problem.ToModel(), ApiJson.Default.ProblemModel, http.RequestAborted);
    }
}
