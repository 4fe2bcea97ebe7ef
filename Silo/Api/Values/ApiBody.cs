using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Orchestration.Silo.Api.Errors;

namespace Orchestration.Silo.Api.Values;

/// <summary>Reads requests' bodies, and says what is wrong with one in words that its sender understands.</summary>
internal static class ApiBody
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a body; a request without one has the type's defaults.</summary>
    /// <exception cref="ProblemException">It is no JSON, or not what is expected here.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type) where T : class, new()
    {
        var request = http.Request;
        if (request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding")
            && request.Protocol is "HTTP/1.1" or "HTTP/1.0")) return new T();
        if (!IsJson(request))
            throw new ProblemException(new ApiProblem(415, "not-json",
                $"The request's body is '{request.ContentType ?? "of no type"}', not application/json.",
                "Send JSON, and 'Content-Type: application/json'."));
        try
        {
            var body = TryReadWhole(request, type, out var whole)
                ? whole : await JsonSerializer.DeserializeAsync(request.BodyReader, type, http.RequestAborted);
            return body ?? throw Unreadable("it is null", null);
        }
        catch (JsonException e)
        {
            throw Unreadable(Say(e), e);
        }
    }

    // What nearly all send is known without taking the header apart.
    private static bool IsJson(HttpRequest request) =>
        request.ContentType is "application/json" or "application/json; charset=utf-8" || request.HasJsonContentType();

    // A small body has come along with its head for the most part: then it is read where it is.
    private static bool TryReadWhole<T>(HttpRequest request, JsonTypeInfo<T> type, out T? body)
    {
        body = default;
        if (request.ContentLength is not { } length || !request.BodyReader.TryRead(out var read)) return false;
        var buffer = read.Buffer;
        if (!buffer.IsSingleSegment || buffer.Length != length || buffer.FirstSpan.StartsWith(ByteOrderMark))
        {
            request.BodyReader.AdvanceTo(buffer.Start);
            return false;
        }

        try
        {
            body = JsonSerializer.Deserialize(buffer.FirstSpan, type);
        }
        finally
        {
            request.BodyReader.AdvanceTo(buffer.End);
        }

        return true;
    }

    private static ProblemException Unreadable(string what, Exception? inner) => new(
        new ApiProblem(400, "unreadable-body", $"The request's body cannot be read: {what}.",
            "See /api/v1/openapi.json for what is expected here; nothing was written."),
        inner);

    // The serializer's messages name types of the program; the place and the kind of mistake are what a sender needs.
    private static string Say(JsonException e)
    {
        var place = e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine + 1})" : "";
        var path = e.Path is { Length: > 0 } p && p != "$" ? $" at {p}" : "";
        if (e.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            var parts = e.Message.Split('\'');
            return $"there is no field '{(parts.Length > 1 ? parts[1] : "?")}' here{place}";
        }

        if (e.Message.Contains("missing required properties", StringComparison.Ordinal))
        {
            var listed = e.Message[(e.Message.LastIndexOf(':') + 1)..].Trim(' ', '.');
            return $"a field is missing: {listed}";
        }

        if (e.InnerException is JsonException or null && e.Message.StartsWith("The JSON value could not",
            StringComparison.Ordinal))
            return $"the value{path} is of another type than expected{place}";
        return e.InnerException is not null || e.Message.StartsWith('\'') || e.Message.StartsWith("Expected",
            StringComparison.Ordinal)
            ? $"it is no JSON{path}{place}"
            : $"{Trimmed(e.Message)}{path}{place}";
    }

    private static string Trimmed(string message)
    {
        var end = message.IndexOf(" Path:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}
