using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>
/// Gives endpoints the parts of the path exactly as the caller meant them. The server decodes a path but for <c>%2F</c>, so that
/// an id with a slash and one with a percent sign could not be told apart; here each part is decoded from what was sent. An id
/// that no path can carry (<c>.</c>, <c>..</c>), or any, may be sent as <c>~</c> and its UTF-8 in base64url.
/// </summary>
internal static class ExactPath
{
    private const char Encoded = '~';

    /// <summary>Sets the route values of the request anew.</summary>
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is RouteEndpoint { RoutePattern: var pattern } && pattern.Parameters.Count > 0
            && http.Features.Get<IHttpRequestFeature>()?.RawTarget is { } target
            && target.AsSpan().ContainsAny('%', Encoded)) Set(http.Request.RouteValues, pattern, target);
        return next(http);
    }

    private static void Set(RouteValueDictionary values, RoutePattern pattern, string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        if (path.Length == 0 || path[0] != '/') path = Uri.TryCreate(path, UriKind.Absolute, out var uri) ? uri.AbsolutePath : "";
        var parts = path.Split('/');
        if (parts.Length != pattern.PathSegments.Count + 1) return; // nothing that the server has changed
        for (var i = 0; i < pattern.PathSegments.Count; i++)
        {
            if (pattern.PathSegments[i] is { IsSimple: true, Parts: [RoutePatternParameterPart parameter] })
                values[parameter.Name] = Decode(parts[i + 1]);
        }
    }

    private static string Decode(string part)
    {
        var text = Uri.UnescapeDataString(part);
        if (text.Length < 2 || text[0] != Encoded) return text;
        try
        {
            var base64 = text[1..].Replace('-', '+').Replace('_', '/');
            return System.Text.Encoding.UTF8.GetString(
                Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            throw Errors.ProblemException.Invalid(
                $"'{(text.Length < 60 ? text : text[..60])}' in the path begins with '~' and is no base64url.",
                "Send an id that begins with '~' as '~' and the base64url of its UTF-8.");
        }
    }
}
