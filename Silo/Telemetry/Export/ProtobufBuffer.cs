using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Orchestration.Silo.Telemetry.Export;

/// <summary>Fields in protobuf's form, in bytes that grow as they are written. Not thread-safe.</summary>
internal sealed class ProtobufBuffer
{
    private const int InitialCapacity = 512;
    private const int LongestVarint = 10;
    private const int Variable = 0;
    private const int Eight = 1;
    private const int Delimited = 2;
    private const int Four = 5;

    /// <summary>So many characters are less than 128 bytes, whatever they are, so that their length takes one.</summary>
    private const int ShortText = 42;

    private byte[] _bytes = new byte[InitialCapacity];

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written, until more is.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Takes back what was written from a place on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Leaves room for what is written later.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        var room = _bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }

    /// <summary>A place that is filled in later.</summary>
    public Span<byte> Writable(int at, int count) => _bytes.AsSpan(at, count);

    /// <summary>Bytes as they are, without a field.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>A number of variable length.</summary>
    public void Number(int field, ulong value)
    {
        Tag(field, Variable);
        Varint(value);
    }

    /// <summary>A number of eight bytes.</summary>
    public void Fixed64(int field, ulong value)
    {
        Tag(field, Eight);
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
    }

    /// <summary>A number of four bytes.</summary>
    public void Fixed32(int field, uint value)
    {
        Tag(field, Four);
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
    }

    /// <summary>A floating-point number.</summary>
    public void Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Bytes; returns where they are to be put.</summary>
    public Span<byte> Bytes(int field, int count)
    {
        Tag(field, Delimited);
        Varint((uint)count);
        return Reserve(count);
    }

    /// <summary>A text.</summary>
    public void Text(int field, ReadOnlySpan<char> text)
    {
        if (text.Length > ShortText)
        {
            Encoding.UTF8.GetBytes(text, Bytes(field, Encoding.UTF8.GetByteCount(text)));
            return;
        }

        var place = Begin(field);
        var room = Reserve(text.Length * 3);
        Length -= room.Length - Encoding.UTF8.GetBytes(text, room);
        End(place);
    }

    /// <summary>Begins a message within this one; returns what <see cref="End"/> is to be given.</summary>
    public int Begin(int field)
    {
        Tag(field, Delimited);
        Reserve(1);
        return Length;
    }

    /// <summary>Ends a message within this one: only now its length is known.</summary>
    public void End(int place)
    {
        var length = Length - place;
        var more = VarintSize((uint)length) - 1;
        if (more > 0)
        {
            Reserve(more);
            _bytes.AsSpan(place, length).CopyTo(_bytes.AsSpan(place + more));
        }

        WriteVarint(_bytes.AsSpan(place - 1), (uint)length);
    }

    private static int VarintSize(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private static int WriteVarint(Span<byte> into, ulong value)
    {
        var count = 0;
        for (; value >= 0x80; value >>= 7) into[count++] = (byte)(value | 0x80);
        into[count++] = (byte)value;
        return count;
    }

    private void Tag(int field, int type) => Varint((uint)((field << 3) | type));

    private void Varint(ulong value)
    {
        if (value < 0x80)
        {
            Reserve(1)[0] = (byte)value;
            return;
        }

        var room = Reserve(LongestVarint);
        Length -= LongestVarint - WriteVarint(room, value);
    }
}
