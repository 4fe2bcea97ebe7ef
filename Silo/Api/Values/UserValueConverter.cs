using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Values;

/// <summary>Reads and writes the application's values.</summary>
internal sealed class UserValueConverter : JsonConverter<UserValue>
{
    private const string Wrapper = "$payload";

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override UserValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return Taken(Scalar(ref reader));
        var value = JsonElement.ParseValue(ref reader);
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(Wrapper, out var wrapped)
            && value.EnumerateObject().Count() == 1) return Taken(Unwrap(wrapped));
        return Taken(new Payload(Checked(JsonMarshal.GetRawUtf8Value(value).ToArray())));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, UserValue value, JsonSerializerOptions options)
    {
        var payload = PayloadView.Current?.Show(value.Payload) ?? value.Payload;
        if (payload.Headers.Count == 0 && IsJson(payload.Data.Span))
        {
            writer.WriteRawValue(payload.Data.Span, skipInputValidation: true);
            return;
        }

        writer.WriteStartObject();
        writer.WriteStartObject(Wrapper);
        writer.WriteStartObject("headers");
        foreach (var (name, text) in payload.Headers) writer.WriteString(name, text);
        writer.WriteEndObject();
        writer.WriteBase64String("data", payload.Data.Span);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Whether the bytes are one JSON value, no deeper than readers take.</summary>
    public static bool IsJson(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = 60 });
        try
        {
            if (!reader.Read() || !reader.TrySkip()) return false;
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static UserValue Taken(Payload payload) => new(PayloadView.Current?.Take(payload) ?? payload);

    // As it was sent: a text with its marks and escapes.
    private static Payload Scalar(ref Utf8JsonReader reader)
    {
        var isText = reader.TokenType == JsonTokenType.String;
        var length = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        var raw = new byte[length + (isText ? 2 : 0)];
        var value = raw.AsSpan(isText ? 1 : 0, length);
        if (reader.HasValueSequence) reader.ValueSequence.CopyTo(value);
        else reader.ValueSpan.CopyTo(value);
        if (isText) raw[0] = raw[^1] = (byte)'"';
        return new Payload(Checked(raw));
    }

    // The reader does not look into texts that nobody asks for.
    private static byte[] Checked(byte[] json) => Utf8.IsValid(json) ? json : throw new JsonException("a text is not UTF-8");

    private static Payload Unwrap(JsonElement wrapped)
    {
        if (wrapped.ValueKind != JsonValueKind.Object || !wrapped.TryGetProperty("data", out var data)
            || data.ValueKind != JsonValueKind.String || !data.TryGetBytesFromBase64(out var bytes))
            throw new JsonException("a $payload has 'data' in base64, and 'headers'");
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (wrapped.TryGetProperty("headers", out var given))
        {
            if (given.ValueKind != JsonValueKind.Object) throw new JsonException("the headers of a $payload are an object");
            foreach (var header in given.EnumerateObject())
                headers[header.Name] = header.Value.GetString() ?? throw new JsonException("a header of a $payload is a text");
        }

        return new Payload(bytes, headers);
    }
}
