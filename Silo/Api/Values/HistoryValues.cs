using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestration.Client;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Values;

/// <summary>Events as they may be shown: values decoded where that is allowed, secrets of tokens left out.</summary>
internal static class HistoryValues
{
    private static readonly JsonSerializerOptions AsStored = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The event's JSON.</summary>
    public static string Shown(HistoryEntry entry)
    {
        if (PayloadView.Current is { } view && entry.Json.Contains($"\"{Payload.EncodedHeader}\"", StringComparison.Ordinal)
            && JsonNode.Parse(entry.Json) is { } root && Decode(root, view))
            entry = entry with { Json = root.ToJsonString(AsStored) };
        return entry.WithoutSecrets().Json;
    }

    private static bool Decode(JsonNode? node, PayloadView view)
    {
        var changed = false;
        if (node is JsonArray array)
        {
            foreach (var item in array) changed |= Decode(item, view);
        }
        else if (node is JsonObject value && Encoded(value) is { } payload)
        {
            var shown = view.Show(payload);
            if (!ReferenceEquals(shown, payload)) Replace(value, shown);
            return !ReferenceEquals(shown, payload);
        }
        else if (node is JsonObject other)
        {
            foreach (var (_, child) in other) changed |= Decode(child, view);
        }

        return changed;
    }

    private static Payload? Encoded(JsonObject node)
    {
        if (node["headers"] is not JsonObject headers || node["base64"] is not JsonValue data || node.Count != 2
            || !data.TryGetValue<string>(out var base64)) return null;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, header) in headers)
        {
            if (header is not JsonValue text || !text.TryGetValue<string>(out var value)) return null;
            texts[name] = value;
        }

        var bytes = new byte[base64.Length];
        var payload = Convert.TryFromBase64String(base64, bytes, out var length)
            ? new Payload(bytes.AsMemory(0, length), texts) : null;
        return payload is { IsEncoded: true } ? payload : null;
    }

    // As the history has a value that no codec has encoded.
    private static void Replace(JsonObject node, Payload payload)
    {
        node.Clear();
        if (payload.Headers.Count == 0 && UserValueConverter.IsJson(payload.Data.Span))
        {
            node["json"] = JsonNode.Parse(payload.Data.Span);
            return;
        }

        node["base64"] = Convert.ToBase64String(payload.Data.Span);
        if (payload.Headers.Count == 0) return;
        var headers = new JsonObject();
        foreach (var (name, text) in payload.Headers) headers[name] = text;
        node["headers"] = headers;
    }
}
