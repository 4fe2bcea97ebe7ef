using System.Buffers;
using System.Collections.Concurrent;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization;

/// <summary>
/// The serializer of grain calls: compact binary, typed and tolerant of versions. A member is known by its id, so that members
/// can be added, removed and renamed; unknown ids are skipped and missing ones keep their default. Shared references arrive as
/// separate objects, and cycles are refused. Thread-safe.
/// </summary>
internal sealed class WireSerializer
{
    private readonly ConcurrentDictionary<Type, WireCodec> _codecs = new();
    private readonly WireCodecFactory _factory;

    public WireSerializer(WireTypeNames? names = null, WireLimits? limits = null, IServiceProvider? services = null)
    {
        Names = names ?? new WireTypeNames();
        Limits = limits ?? WireLimits.Default;
        _factory = new WireCodecFactory(this, services);
    }

    public WireTypeNames Names { get; }

    public WireLimits Limits { get; }

    /// <summary>The codec of a type. Keep it where it is used often.</summary>
    /// <exception cref="CodecNotFoundException">Values of this type cannot be sent.</exception>
    public WireCodec<T> GetCodec<T>() => (WireCodec<T>)GetCodec(typeof(T));

    /// <inheritdoc cref="GetCodec{T}"/>
    public WireCodec GetCodec(Type type) =>
        _codecs.TryGetValue(type, out var codec) ? codec : _codecs.GetOrAdd(type, _factory.Create(type));

    /// <summary>Checks that a type, and every type that its members declare, can be sent.</summary>
    /// <exception cref="SerializerException">One cannot; the message names it.</exception>
    public void Prepare(Type type) => GetCodec(type).Prepare([]);

    /// <summary>The codec of a type, without a look-up where the same serializer asked for it last: as good as always.</summary>
    public WireCodec<T> CachedCodec<T>()
    {
        var last = Cache<T>.Last;
        return last is not null && ReferenceEquals(last.Owner, this)
            ? last.Codec : (Cache<T>.Last = new(this, GetCodec<T>())).Codec;
    }

    public byte[] ToBytes<T>(in T value)
    {
        var writer = WireWriter.Rent(this);
        try
        {
            writer.Write(value);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Return();
        }
    }

    /// <exception cref="SerializerException">The bytes are not one such value and nothing else.</exception>
    public T FromBytes<T>(ReadOnlyMemory<byte> bytes)
    {
        var reader = WireReader.Rent(new ReadOnlySequence<byte>(bytes), this);
        try
        {
            var value = reader.Read<T>();
            return reader.Remaining == 0 ? value : throw WireErrors.Corrupt("bytes follow the value");
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>A copy that shares nothing mutable with the value; the same reference where nothing is mutable.</summary>
    public T Copy<T>(in T value) => GetCodec<T>().CopyField(in value, 0);

    /// <summary>The codec of a type that a message names.</summary>
    public WireCodec GetCodecByName(string name) => GetCodec(Names.TypeOf(name));

    private sealed record CacheEntry<T>(WireSerializer Owner, WireCodec<T> Codec);

    private static class Cache<T>
    {
        public static CacheEntry<T>? Last { get; set; }
    }
}
