using System.Collections.Frozen;

namespace Orchestration.Workflows;

/// <summary>
/// A converter whose payloads pass a codec: what another converter makes of values is encoded on its way into histories, and
/// decoded on its way back. Several codecs may be known, of which one writes; each payload names its own. All silos and clients
/// need all codecs of the histories that they read. Messages and stack traces of failures, names, ids, headers and search are
/// not payloads and stay in the clear.
/// </summary>
public sealed class CodecPayloadConverter : IPayloadConverter
{
    private const int LongestName = 100;

    private readonly FrozenDictionary<string, IPayloadCodec> _codecs;
    private readonly IPayloadConverter _inner;
    private readonly IPayloadCodec? _writer;

    /// <summary>Encodes by the first codec, and decodes by that and the others.</summary>
    /// <param name="writer">Encodes what is new; null where new payloads are to be in the clear.</param>
    /// <param name="readers">Others that have written histories.</param>
    /// <param name="inner">Turns values into bytes; null is <see cref="JsonPayloadConverter.Default"/>.</param>
    /// <exception cref="InvalidRequest">A name is not allowed, or two codecs have it.</exception>
    public CodecPayloadConverter(
        IPayloadCodec? writer, IEnumerable<IPayloadCodec>? readers = null, IPayloadConverter? inner = null)
    {
        (_writer, _inner) = (writer, inner ?? JsonPayloadConverter.Default);
        var codecs = new Dictionary<string, IPayloadCodec>(StringComparer.Ordinal);
        foreach (var codec in writer is null ? readers ?? [] : [writer, .. readers ?? []])
        {
            if (!IsName(codec.Name))
                throw new InvalidRequest(
                    $"'{codec.Name}' is no name of a codec: 1 to {LongestName} letters, digits and . - _ /, and none that "
                    + "converters have.");
            if (!codecs.TryAdd(codec.Name, codec))
                throw new InvalidRequest($"Two codecs are called '{codec.Name}'; a name stands in histories and means one.");
        }

        _codecs = codecs.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public Payload ToPayload(object? value, Type type) => Encode(_inner.ToPayload(value, type));

    /// <inheritdoc/>
    /// <exception cref="PayloadUndecodable">No codec of that name is known here, or it cannot read the bytes.</exception>
    public object? FromPayload(Payload payload, Type type) => _inner.FromPayload(Decode(payload), type);

    /// <summary>Encodes a payload; one that is encoded already stays as it is.</summary>
    /// <exception cref="PayloadConversionFailed">The codec failed.</exception>
    public Payload Encode(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (_writer is null || payload.IsEncoded) return payload;
        ReadOnlyMemory<byte> encoded;
        try
        {
            encoded = _writer.Encode(payload.Data);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new PayloadConversionFailed($"The codec '{_writer.Name}' failed: {e.Message}", e);
        }

        return new Payload(encoded, new Dictionary<string, string>(payload.Headers, StringComparer.Ordinal)
        {
            [Payload.EncodedHeader] = payload.Encoding, [Payload.EncodingHeader] = _writer.Name,
        });
    }

    /// <summary>Decodes a payload; one that no codec has encoded stays as it is.</summary>
    /// <exception cref="PayloadUndecodable">No codec of that name is known here, or it cannot read the bytes.</exception>
    public Payload Decode(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (!payload.IsEncoded) return payload;
        if (!_codecs.TryGetValue(payload.Encoding, out var codec)) throw PayloadUndecodable.NoCodec(payload.Encoding);
        ReadOnlyMemory<byte> decoded;
        try
        {
            decoded = codec.Decode(payload.Data);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new PayloadUndecodable(payload.Encoding,
                $"The codec '{payload.Encoding}' cannot read a payload of {payload.Data.Length} bytes: {e.Message}", e);
        }

        var headers = new Dictionary<string, string>(payload.Headers, StringComparer.Ordinal);
        headers.Remove(Payload.EncodedHeader, out var encoding);
        if (encoding == Payload.JsonEncoding) headers.Remove(Payload.EncodingHeader);
        else headers[Payload.EncodingHeader] = encoding!;
        return new Payload(decoded, headers);
    }

    private static bool IsName(string? name) => name is { Length: > 0 and <= LongestName }
        && name is not (Payload.JsonEncoding or JsonPayloadConverter.BinaryEncoding)
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/');
}
