using System.Collections.Frozen;

namespace Orchestration.Workflows;

/// <summary>
/// A user value as the engine carries it: bytes, and headers that say how to read them. Immutable; the bytes must not be changed
/// after construction. A payload without an <c>encoding</c> header is UTF-8 JSON.
/// </summary>
public sealed class Payload : IEquatable<Payload>
{
    /// <summary>The header that names the encoding of the bytes.</summary>
    public const string EncodingHeader = "encoding";

    /// <summary>
    /// The header that a payload has which passed a codec: what its bytes are once they are decoded. Its <c>encoding</c> is the
    /// codec's name then.
    /// </summary>
    public const string EncodedHeader = "encoded";

    /// <summary>The encoding of a payload that names none: UTF-8 JSON.</summary>
    public const string JsonEncoding = "json/plain";

    private static readonly FrozenDictionary<string, string> NoHeaders = FrozenDictionary<string, string>.Empty;

    /// <summary>Takes bytes and headers as they are (neither is copied).</summary>
    public Payload(ReadOnlyMemory<byte> data, IReadOnlyDictionary<string, string>? headers = null)
    {
        Data = data;
        Headers = headers is { Count: > 0 } ? headers : NoHeaders;
    }

    /// <summary>The JSON value <c>null</c>.</summary>
    public static Payload Null { get; } = new("null"u8.ToArray());

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The headers; empty for plain JSON.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>How the bytes are encoded; <see cref="JsonEncoding"/> unless a header says otherwise.</summary>
    public string Encoding => Headers.TryGetValue(EncodingHeader, out var encoding) ? encoding : JsonEncoding;

    /// <summary>Whether it passed a codec, and only that codec can read it.</summary>
    public bool IsEncoded => Headers.ContainsKey(EncodedHeader);

    /// <inheritdoc/>
    public bool Equals(Payload? other) =>
        other is not null && Data.Span.SequenceEqual(other.Data.Span) && Headers.Count == other.Headers.Count
        && Headers.All(h => other.Headers.TryGetValue(h.Key, out var value) && value == h.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Payload);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Data.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Encoding == JsonEncoding ? System.Text.Encoding.UTF8.GetString(Data.Span) : $"{Data.Length} bytes of {Encoding}";
}
