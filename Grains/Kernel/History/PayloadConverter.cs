using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>
/// User values: <c>{"json": value}</c>, byte for byte, where the payload is JSON without headers; <c>{"base64": "...", "headers":
/// {...}}</c>
/// otherwise.
/// </summary>
internal sealed class PayloadConverter : JsonConverter<Payload>
{
    public override Payload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A payload is no object.");
        ReadOnlyMemory<byte>? data = null;
        Dictionary<string, string>? headers = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("json"u8))
            {
                reader.Read();
                data = ReadRaw(ref reader);
            }
            else if (reader.ValueTextEquals("base64"u8))
            {
                reader.Read();
                data = reader.GetBytesFromBase64();
            }
            else if (reader.ValueTextEquals("headers"u8))
            {
                headers = ReadHeaders(ref reader);
            }
            else
            {
                throw new JsonException($"A payload has the unknown property '{reader.GetString()}'.");
            }
        }

        return new Payload(data ?? throw new JsonException("A payload has no data."), headers);
    }

    public override void Write(Utf8JsonWriter writer, Payload value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Headers.Count == 0 && IsJson(value.Data.Span))
        {
            writer.WritePropertyName("json"u8);
            writer.WriteRawValue(value.Data.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64String("base64"u8, value.Data.Span);
            if (value.Headers.Count > 0)
            {
                writer.WriteStartObject("headers"u8);
                foreach (var (name, text) in value.Headers) writer.WriteString(name, text);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Whether the bytes are one JSON value and nothing around it, so that they come back as they went.</summary>
    private static bool IsJson(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || data[0] <= ' ' || data[^1] <= ' ') return false;
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] ReadRaw(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null or JsonTokenType.Number:
                return reader.ValueSpan.ToArray();
            case JsonTokenType.String:
                var quoted = new byte[reader.ValueSpan.Length + 2];
                quoted[0] = quoted[^1] = (byte)'"';
                reader.ValueSpan.CopyTo(quoted.AsSpan(1));
                return quoted;
            default:
                using (var document = JsonDocument.ParseValue(ref reader)) return JsonMarshal.GetRawUtf8Value(
                    document.RootElement).ToArray();
        }
    }

    private static Dictionary<string, string> ReadHeaders(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A payload's headers are no object.");
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            headers[name] = reader.GetString() ?? throw new JsonException("A payload's header is null.");
        }

        return headers;
    }
}
