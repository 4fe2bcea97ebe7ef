using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Orchestration.Silo.Api.Errors;

namespace Orchestration.Silo.Api.Security;

/// <summary>
/// Lets in what may come in. On the loopback interface the danger is a browser: any web page can have it call this API, so
/// requests of other origins are refused, and those under another host name too, by which a page could make itself the same
/// origin. Elsewhere, and where keys are given out, a key is needed.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, ApiSettings settings, ApiKeys keys)
{
    private const string KeyHeader = "X-Api-Key";
    private const string Bearer = "Bearer ";

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Response.Headers.XContentTypeOptions = "nosniff"; // values of the application are data, whatever they look like
        return RefusalOf(http) is { } refusal ? ApiProblem.WriteAsync(http, refusal) : next(http);
    }

    private ApiProblem? RefusalOf(HttpContext http)
    {
        var request = http.Request;
        if (settings.IsLoopback && !keys.AreNeeded && !IsLocalName(request.Host.Host))
            return new ApiProblem(StatusCodes.Status403Forbidden, "host-not-allowed",
                $"The API answers on this machine under its own names only, not as '{request.Host.Host}'.",
                "Use http://localhost or http://127.0.0.1, or give the silo an API key (--api-key-file).");
        if (IsOfOtherOrigin(request))
            return new ApiProblem(StatusCodes.Status403Forbidden, "origin-not-allowed",
                "The request comes from a page of another origin.",
                "Call the API from a program, or from the dashboard that the silo itself serves.");
        if (!keys.AreNeeded || http.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null || keys.Has(KeyOf(request)))
            return null;
        http.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return new ApiProblem(StatusCodes.Status401Unauthorized, "key-needed",
            KeyOf(request) is null ? "The request has no API key." : "The API key is not one of this silo's.",
            $"Send a key of the silo's --api-key-file as 'Authorization: Bearer KEY' or '{KeyHeader}: KEY'.");
    }

    private static string? KeyOf(HttpRequest request)
    {
        if (request.Headers.TryGetValue(KeyHeader, out var given) && given.Count == 1) return given[0];
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim()
            : null;
    }

    private static bool IsLocalName(string host) =>
        host is "127.0.0.1" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // Where a key is needed, a proxy with TLS may stand in front: the page's own origin is https then, under the same host. A
    // page that somebody else made has no key to send.
    private bool IsOwn(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
        || (keys.AreNeeded && origin.Equals($"https://{request.Host}", StringComparison.OrdinalIgnoreCase));

    // Browsers name the origin with every request that changes something, and the site with all; programs name neither. To
    // follow a link to a page of the silo is nobody's attack.
    private bool IsOfOtherOrigin(HttpRequest request)
    {
        if (request.Headers.TryGetValue(HeaderNames.Origin, out var origin) && !IsOwn(origin.ToString(), request)) return true;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "" or "same-origin" or "none") return false;
        return !(HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate"
            && !request.Path.StartsWithSegments("/api"));
    }
}
