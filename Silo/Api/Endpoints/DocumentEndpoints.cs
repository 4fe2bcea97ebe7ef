using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestration.Silo.Api.Security;

namespace Orchestration.Silo.Api.Endpoints;

/// <summary>The pages that problems point to, out of the silo itself: they are there when nothing else is.</summary>
internal static class DocumentEndpoints
{
    private const string Prefix = "docs/";

    private static readonly Assembly Own = typeof(DocumentEndpoints).Assembly;

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/docs/errors/{code}", static (HttpContext http, string code) => SendAsync(http, $"errors/{code}.md"))
            .WithMetadata(OpenToAll.Mark).ExcludeFromDescription();
        routes.MapGet("/docs/{page}", static (HttpContext http, string page) => SendAsync(http, $"{page}.md"))
            .WithMetadata(OpenToAll.Mark).ExcludeFromDescription();
    }

    private static async Task SendAsync(HttpContext http, string name)
    {
        using var page = Own.GetManifestResourceStream(Prefix + name);
        if (page is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = "text/markdown; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await page.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
