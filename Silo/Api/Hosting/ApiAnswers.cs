using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Orchestration.Silo.Api.Hosting;

/// <summary>Sends answers.</summary>
internal static class ApiAnswers
{
    private const string Json = "application/json; charset=utf-8";

    /// <summary>Sends a value.</summary>
    public static Task SendAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return SendAsync(http, JsonSerializer.SerializeToUtf8Bytes(value, type));
    }

    /// <summary>
    /// Sends a value under an entity tag made of its bytes; only that it has not changed, where the caller has it already.
    /// </summary>
    public static async Task SendTaggedAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\"");
        var headers = http.Response.GetTypedHeaders();
        headers.ETag = tag;
        http.Response.Headers[HeaderNames.CacheControl] = "private, no-cache"; // to be asked for again, with the tag
        var known = http.Request.GetTypedHeaders().IfNoneMatch;
        if (known.Any(k => k.Equals(EntityTagHeaderValue.Any) || k.Compare(tag, useStrongComparison: false)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await SendAsync(http, body);
    }

    // With its length it goes out at once with the head; without, its end is sent after it on its own, and the caller waits for
    // that.
    private static async Task SendAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = Json;
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }
}
