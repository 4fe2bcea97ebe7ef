using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>Server-sent events, as HTML has them.</summary>
internal static class EventStream
{
    /// <summary>Begins the answer: nothing between here and the client is to keep events back.</summary>
    public static async Task BeginAsync(HttpContext http, CancellationToken stop)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await SendAsync(http, "retry: 1000\n\n"u8.ToArray(), stop);
    }

    /// <summary>Sends an event; its data is one line of JSON once line ends between tokens are blanks.</summary>
    public static Task SendAsync(HttpContext http, string name, string? id, string json, CancellationToken stop) => SendAsync(
        http,
        Encoding.UTF8.GetBytes($"{(id is null ? "" : $"id: {id}\n")}event: {name}\ndata: {OneLine(json)}\n\n"),
        stop);

    /// <summary>Sends a line that means nothing, so that neither side takes the connection for dead.</summary>
    public static Task PingAsync(HttpContext http, CancellationToken stop) => SendAsync(http, ":\n\n"u8.ToArray(), stop);

    private static async Task SendAsync(HttpContext http, byte[] bytes, CancellationToken stop)
    {
        await http.Response.Body.WriteAsync(bytes, stop);
        await http.Response.Body.FlushAsync(stop);
    }

    // The application's own JSON may have line ends between its tokens; within texts they are escaped.
    private static string OneLine(string json) => json.Replace('\n', ' ').Replace('\r', ' ');
}
