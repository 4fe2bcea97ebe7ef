using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// Leaves the secrets of tokens out of events: that of <c>token-created</c>, and each token that stands in a value, since code
/// commonly hands one to the activity that sends it. What is encrypted or compressed cannot be looked through, and shows nothing.
/// </summary>
internal static class HistorySecrets
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Hidden = "not-shown";

    private const string TokenCreated = "token-created";

    private static readonly SearchValues<char> Letters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonSerializerOptions AsStored = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The event without secrets; the same text where it has none.</summary>
    public static string Hide(string type, string json)
    {
        var shown = HideTokens(json);
        var isToken = type == TokenCreated;
        if (!isToken && !shown.Contains("\"base64\"", StringComparison.Ordinal)) return shown;
        if (JsonNode.Parse(shown) is not JsonObject root) return shown;
        var changed = isToken && root["secret"] is not null;
        if (changed) root["secret"] = Hidden;
        return HideEncoded(root) || changed ? root.ToJsonString(AsStored) : shown;
    }

    private static string HideTokens(string text)
    {
        StringBuilder? shown = null;
        var done = 0;
        for (var at = 0; (at = text.IndexOf(TokenText.Prefix, at, StringComparison.Ordinal)) >= 0;)
        {
            at += TokenText.Prefix.Length;
            var length = text.AsSpan(at).IndexOfAnyExcept(Letters);
            if (length < 0) length = text.Length - at;
            if (length < TokenText.Shortest) continue;
            (shown ??= new StringBuilder(text.Length)).Append(text, done, at - done).Append(Hidden);
            done = at += length;
        }

        return shown is null ? text : shown.Append(text, done, text.Length - done).ToString();
    }

    // A payload with headers stands there as base64 also where it is text.
    private static bool HideEncoded(JsonNode? node)
    {
        var changed = false;
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array) changed |= HideEncoded(item);
                break;
            case JsonObject payload when Bytes(payload) is { } bytes:
                // Each byte as a letter: what is no text comes back as it was.
                var text = Encoding.Latin1.GetString(bytes);
                var shown = HideTokens(text);
                changed = !ReferenceEquals(shown, text);
                if (changed) payload["base64"] = Convert.ToBase64String(Encoding.Latin1.GetBytes(shown));
                break;
            case JsonObject other:
                foreach (var (_, value) in other) changed |= HideEncoded(value);
                break;
        }

        return changed;
    }

    private static byte[]? Bytes(JsonObject node)
    {
        if (node["base64"] is not JsonValue value || !value.TryGetValue<string>(out var text)) return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
