using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization;

/// <summary>
/// Writes one message into a pooled, contiguous buffer that grows as needed. Not thread-safe. Rent one with <see cref="Rent"/>
/// and give it back with <see cref="Return"/>; after an error it can be returned like any other.
/// </summary>
internal sealed class WireWriter
{
    private const int KeptBytes = 64 * 1024;
    private const int InitialBytes = 512;

    [ThreadStatic]
    private static WireWriter? t_spare;

    private byte[] _buffer = [];
    private int _length;
    private int _depth;
    private WireSerializer? _serializer;
    private int _maxDepth;
    private int _maxBytes;
    private Dictionary<Type, uint>? _types;

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>What has been written; valid until the next write or <see cref="Return"/>.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public static WireWriter Rent(WireSerializer serializer)
    {
        var writer = t_spare ?? new WireWriter();
        t_spare = null;
        writer._serializer = serializer;
        writer._maxDepth = serializer.Limits.MaxDepth;
        writer._maxBytes = serializer.Limits.MaxMessageBytes;
        return writer;
    }

    /// <summary>
    /// Writes one value, which may be null; <see cref="WireReader.Read{T}"/> of the same declared type reads it.
    /// </summary>
    /// <exception cref="SerializerException">The value, or one in it, cannot be sent.</exception>
    public void Write<T>(T value) => _serializer!.CachedCodec<T>().WriteSlot(this, in value);

    public void Return()
    {
        Reset();
        _serializer = null;
        if (_buffer.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        t_spare = this;
    }

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Reset()
    {
        _length = 0;
        _depth = 0;
        _types?.Clear();
    }

    /// <summary>Drops everything after the given length; for a message whose body turned out not to be serialisable.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        _length = length;
        _depth = 0;
        _types?.Clear();
    }

    /// <summary>Overwrites four bytes written earlier.</summary>
    public void PatchInt32(int offset, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(offset, sizeof(int)), value);

    public void Enter(Type type)
    {
        if (++_depth > _maxDepth) throw WireErrors.TooDeep(type, _maxDepth);
    }

    public void Exit() => _depth--;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteTag(uint id, WireKind kind) => WriteVarUInt(WireTags.Of(id, kind));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value)
    {
        if (_length == _buffer.Length) Grow(1);
        _buffer[_length++] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteVarUInt(ulong value)
    {
        if (value < 0x80 && _length < _buffer.Length) _buffer[_length++] = (byte)value;
        else WriteLongVarUInt(value);
    }

    public void WriteVarInt(long value) => WriteVarUInt((ulong)(value << 1) ^ (ulong)(value >> 63));

    public void WriteFixed32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    public void WriteFixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteVarUInt((uint)bytes.Length);
        WriteRaw(bytes);
    }

    public void WriteString(string value)
    {
        // A short string's length prefix takes one byte whatever its characters, so it is encoded in place and the prefix filled
        // in.
        if (value.Length <= 0x7f / 3)
        {
            Reserve(1 + (value.Length * 3));
            var bytes = Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length + 1));
            _buffer[_length] = (byte)bytes;
            _length += 1 + bytes;
            return;
        }

        var count = Encoding.UTF8.GetByteCount(value);
        WriteVarUInt((uint)count);
        Encoding.UTF8.GetBytes(value, Take(count));
    }

    /// <summary>
    /// Names the type of the value that follows: in full the first time in a message, by number from then on.
    /// <paramref name="boxed"/> tells that a kind byte and one value follow and not an object's fields.
    /// </summary>
    public void WriteType(Type type, WireTypeNames names, bool boxed)
    {
        var flag = boxed ? 1u : 0u;
        _types ??= [];
        if (_types.TryGetValue(type, out var index))
        {
            WriteVarUInt(((index + 2) << 1) | flag);
            return;
        }

        _types.Add(type, (uint)_types.Count);
        WriteVarUInt((1u << 1) | flag);
        WriteString(names.NameOf(type));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int count)
    {
        Reserve(count);
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int count)
    {
        if (_buffer.Length - _length < count) Grow(count);
    }

    private void WriteLongVarUInt(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_length++] = (byte)value;
    }

    private void Grow(int count)
    {
        var needed = (long)_length + count;
        if (needed > _maxBytes) throw new SerializerException(
            $"The message is larger than the limit of {_maxBytes} bytes.");
        var doubled = Math.Min(_buffer.Length * 2L, Array.MaxLength);
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Max(Math.Max(needed, InitialBytes), doubled));
        _buffer.AsSpan(0, _length).CopyTo(grown);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = grown;
    }
}
