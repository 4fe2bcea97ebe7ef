using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Orchestration.Silo.Api.Security;

namespace Orchestration.Silo.Dashboard;

/// <summary>
/// Serves the dashboard. Its files hold nothing of the application, so they need no key; the page asks for one and sends it with
/// each request of the API, which is all that it knows.
/// </summary>
internal static class DashboardEndpoints
{
    private const string Root = "/dashboard/";

    /// <summary>
    /// Nothing but the silo's own files runs, is drawn or is called, and no text can become markup or code: not where the page
    /// has an error either, since the browser refuses to make markup of a text (<c>require-trusted-types-for</c>).
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Adds it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        Open(routes.MapGet("/", static (HttpContext http) => SendThere(http)));
        foreach (var (name, asset) in DashboardAssets.All)
        {
            if (name == DashboardAssets.Page) Open(routes.MapGet(Root, (HttpContext http) => SendPageAsync(http, asset)));
            else Open(routes.MapGet(
                $"{Root}{{version}}/{name}", (HttpContext http, string version) => SendAsync(http, asset, version)));
        }
    }

    private static void Open(IEndpointConventionBuilder endpoint) =>
        endpoint.WithMetadata(OpenToAll.Mark).ExcludeFromDescription();

    // The page names its files relative to itself, so that a proxy may serve the silo below a path of its own.
    private static Task SendPageAsync(HttpContext http, DashboardAsset asset)
    {
        if (http.Request.Path.Value!.EndsWith('/')) return SendAsync(http, asset, "");
        return SendThere(http);
    }

    private static Task SendThere(HttpContext http)
    {
        http.Response.Redirect("dashboard/");
        return Task.CompletedTask;
    }

    // What is asked for under its version never changes. Behind a proxy the page may have come from a silo of another version, in
    // the midst of an upgrade: then it gets what there is, and asks again the next time.
    private static async Task SendAsync(HttpContext http, DashboardAsset asset, string version)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers[HeaderNames.CacheControl] =
            version == DashboardAssets.Version ? "public, max-age=31536000, immutable" : "no-cache";
        headers.ETag = asset.Tag;
        if (http.Request.Headers.IfNoneMatch.ToString() == asset.Tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = asset.MediaType;
        http.Response.ContentLength = asset.Bytes.Length;
        await http.Response.Body.WriteAsync(asset.Bytes, http.RequestAborted);
    }
}
