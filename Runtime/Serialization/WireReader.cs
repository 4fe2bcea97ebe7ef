using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization;

/// <summary>
/// Reads one message from contiguous memory. Every length is checked against what is left and every allocation against a budget,
/// so that garbage ends in a <see cref="SerializerException"/> and nothing else. Not thread-safe.
/// </summary>
internal sealed class WireReader
{
    [ThreadStatic]
    private static WireReader? t_spare;

    private readonly List<string> _typeNames = [];
    private readonly List<WireCodec?> _typeCodecs = [];
    private byte[] _buffer = [];
    private byte[]? _rented;
    private WireSerializer? _serializer;
    private int _position;
    private int _end;
    private int _depth;
    private long _budget;
    private long _initialBudget;
    private int _maxDepth;

    /// <summary>Bytes not read yet.</summary>
    public int Remaining => _end - _position;

    /// <summary>How many bytes have been read since the start of the array the message lies in.</summary>
    public int Position => _position;

    /// <summary>
    /// A reader over the given bytes, which must not change until <see cref="Return"/>. Only a split sequence is copied.
    /// </summary>
    public static WireReader Rent(in ReadOnlySequence<byte> message, WireSerializer serializer)
    {
        if (message.IsSingleSegment && MemoryMarshal.TryGetArray(message.First, out var segment))
            return Rent(segment, serializer);
        var length = checked((int)message.Length);
        var copy = ArrayPool<byte>.Shared.Rent(length);
        message.CopyTo(copy);
        var reader = Rent(new ArraySegment<byte>(copy, 0, length), serializer);
        reader._rented = copy;
        return reader;
    }

    public static WireReader Rent(ArraySegment<byte> message, WireSerializer serializer)
    {
        var limits = serializer.Limits;
        var reader = t_spare ?? new WireReader();
        t_spare = null;
        reader._serializer = serializer;
        reader._buffer = message.Array ?? [];
        reader._position = message.Offset;
        reader._end = message.Offset + message.Count;
        reader._budget = reader._initialBudget = limits.ReadBudget(message.Count);
        reader._maxDepth = limits.MaxDepth;
        return reader;
    }

    public void Return()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
        _serializer = null;
        _buffer = [];
        _position = _end = _depth = 0;
        if (_typeNames.Count > 0)
        {
            _typeNames.Clear();
            _typeCodecs.Clear();
        }

        t_spare = this;
    }

    /// <summary>Reads one value that <see cref="WireWriter.Write{T}"/> wrote for the same declared type.</summary>
    /// <exception cref="SerializerException">The bytes are not such a value.</exception>
    public T Read<T>() => _serializer!.CachedCodec<T>().ReadSlot(this);

    /// <summary>Takes what the value about to be made will occupy from the message's budget.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Charge(long bytes)
    {
        if ((_budget -= bytes) < 0) throw WireErrors.TooBig(_initialBudget);
    }

    public void Enter(Type type)
    {
        if (++_depth > _maxDepth) throw WireErrors.TooDeep(type, _maxDepth);
    }

    public void Exit() => _depth--;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte()
    {
        if (_position >= _end) throw WireErrors.Truncated();
        return _buffer[_position++];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarUInt()
    {
        if (_position < _end && _buffer[_position] < 0x80) return _buffer[_position++];
        return ReadLongVarUInt();
    }

    public long ReadVarInt()
    {
        var value = ReadVarUInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public uint ReadTag()
    {
        var tag = ReadVarUInt();
        return tag <= uint.MaxValue ? (uint)tag : throw WireErrors.Corrupt("a field tag is out of range");
    }

    public uint ReadFixed32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadRaw(sizeof(uint)));

    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadRaw(sizeof(ulong)));

    /// <summary>The next bytes, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadRaw(int count)
    {
        if ((uint)count > (uint)Remaining) throw WireErrors.Truncated();
        var span = new ReadOnlySpan<byte>(_buffer, _position, count);
        _position += count;
        return span;
    }

    /// <summary>A length and as many bytes, in place.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarUInt();
        if (length > (uint)Remaining) throw WireErrors.Truncated();
        return ReadRaw((int)length);
    }

    public string ReadString()
    {
        var bytes = ReadBytes();
        Charge((bytes.Length * 2) + 24);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A number of elements, of which each takes a byte or more.</summary>
    public int ReadCount(int elementSize)
    {
        var count = ReadVarUInt();
        if (count > (uint)Remaining) throw WireErrors.Corrupt("a sequence claims more elements than there are bytes");
        Charge((long)count * elementSize);
        return (int)count;
    }

    /// <summary>
    /// A type designator. Returns the number of the type in this message, or null for the declared type; <paramref name="boxed"/>
    /// tells that a kind byte and one value follow.
    /// </summary>
    public int? ReadType(out bool boxed)
    {
        var designator = ReadVarUInt();
        boxed = (designator & 1) != 0;
        switch (designator >> 1)
        {
            case 0 when !boxed:
                return null;
            case 1:
                _typeNames.Add(ReadString());
                _typeCodecs.Add(null);
                return _typeNames.Count - 1;
            case var reference when reference >= 2 && reference - 2 < (uint)_typeNames.Count:
                return (int)reference - 2;
            default:
                throw WireErrors.Corrupt("a type number is out of range");
        }
    }

    /// <summary>The codec of a type named earlier in this message.</summary>
    public WireCodec ResolveType(int number, WireSerializer serializer) =>
        _typeCodecs[number] ??= serializer.GetCodecByName(_typeNames[number]);

    /// <summary>Skips the value of a field that the reader does not know.</summary>
    public void SkipField(uint tag) => Skip(WireTags.Kind(tag));

    public void Skip(WireKind kind)
    {
        switch (kind)
        {
            case WireKind.VarInt: ReadVarUInt(); break;
            case WireKind.Fixed32: ReadRaw(4); break;
            case WireKind.Fixed64: ReadRaw(8); break;
            case WireKind.Fixed128: ReadRaw(16); break;
            case WireKind.Bytes: ReadBytes(); break;
            case WireKind.Object: SkipObject(); break;
            case WireKind.Sequence: SkipSequence(); break;
            case WireKind.Special: break;
            default: throw WireErrors.Corrupt("an unknown form of value");
        }
    }

    /// <summary>
    /// Skips the fields of an object up to its end mark: those of derived classes that the reader does not know.
    /// </summary>
    public void SkipToEndOfObject()
    {
        for (var tag = ReadTag(); tag != WireTags.EndObject; tag = ReadTag()) SkipField(tag);
    }

    private void SkipObject()
    {
        Enter(typeof(object));
        ReadType(out var boxed);
        if (boxed) Skip((WireKind)(ReadByte() & SequenceHeader.KindMask));
        else SkipToEndOfObject();
        Exit();
    }

    private void SkipSequence()
    {
        Enter(typeof(object));
        var count = ReadVarUInt();
        if (count > (uint)Remaining) throw WireErrors.Corrupt("a sequence claims more elements than there are bytes");
        if (count > 0)
        {
            var header = ReadByte();
            var values = (header & SequenceHeader.IsMap) != 0 ? ReadByte() : (byte)0;
            for (var i = 0UL; i < count; i++)
            {
                SkipElement(header);
                if ((header & SequenceHeader.IsMap) != 0) SkipElement(values);
            }
        }

        Exit();
    }

    private void SkipElement(byte header)
    {
        if ((header & SequenceHeader.HasNulls) != 0 && ReadByte() == 0) return;
        var kind = (WireKind)(header & SequenceHeader.KindMask);
        if (kind == WireKind.Special) throw WireErrors.Corrupt("a sequence of elements without a form");
        Skip(kind);
    }

    private ulong ReadLongVarUInt()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = ReadByte();
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw WireErrors.Corrupt("a number is longer than 64 bits");
    }
}
