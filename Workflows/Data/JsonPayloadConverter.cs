using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestration.Workflows;

/// <summary>
/// The default converter: System.Text.Json with web defaults (camel case, case-insensitive), text as UTF-8 and not escaped.
/// <c>byte[]</c> travels as it is under the encoding <c>binary/plain</c>. Payloads are data, not HTML: who puts one into a page
/// has to encode it.
/// </summary>
public sealed class JsonPayloadConverter : IPayloadConverter
{
    internal const string BinaryEncoding = "binary/plain";

    private static readonly Dictionary<string, string> BinaryHeaders = new() { [Payload.EncodingHeader] = BinaryEncoding };

    private static readonly JsonSerializerOptions Relaxed = MakeRelaxed();

    private readonly JsonSerializerOptions _options;

    /// <summary>Uses the given options, or web defaults with text not escaped.</summary>
    public JsonPayloadConverter(JsonSerializerOptions? options = null) => _options = options ?? Relaxed;

    /// <summary>The converter with default options.</summary>
    public static JsonPayloadConverter Default { get; } = new();

    /// <inheritdoc/>
    public Payload ToPayload(object? value, Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (value is byte[] bytes) return new Payload(bytes, BinaryHeaders);
        try
        {
            return value is null ? Payload.Null : new Payload(JsonSerializer.SerializeToUtf8Bytes(value, type, _options));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever it is: constructors, properties and converters of the application run here.
            throw new PayloadConversionFailed($"A value of type {type} cannot be written as JSON: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public object? FromPayload(Payload payload, Type type)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(type);
        if (type == typeof(Payload)) return payload;
        if (payload.Encoding == BinaryEncoding)
        {
            return type == typeof(byte[])
                ? payload.Data.ToArray()
                : throw new PayloadConversionFailed(
                    $"A binary payload of {payload.Data.Length} bytes was to be read as {type}; only byte[] can take it.");
        }

        if (payload.IsEncoded) throw PayloadUndecodable.NoCodec(payload.Encoding);
        if (payload.Encoding != Payload.JsonEncoding)
            throw new PayloadConversionFailed($"No converter reads payloads encoded as '{payload.Encoding}' (wanted: {type}).");
        try
        {
            return JsonSerializer.Deserialize(payload.Data.Span, type, _options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new PayloadConversionFailed($"The payload {Excerpt(payload)} cannot be read as {type}: {e.Message}", e);
        }
    }

    // The default escapes whatever is not ASCII, for pages that embed it: an umlaut takes six bytes and nobody can read a
    // history.
    private static JsonSerializerOptions MakeRelaxed()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static string Excerpt(Payload payload)
    {
        var text = payload.ToString();
        return text.Length <= 100 ? text : text[..100] + "...";
    }
}
