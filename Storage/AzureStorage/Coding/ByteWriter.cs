using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Orchestration.Storage.AzureStorage.Coding;

/// <summary>Writes the store's binary forms: little-endian numbers, variable-length counts, UTF-8 texts.</summary>
internal sealed class ByteWriter(int capacity = 256)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(capacity);

    public int Length => _buffer.WrittenCount;

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Clear() => _buffer.ResetWrittenCount();

    public ByteWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public ByteWriter Fixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    /// <summary>Big-endian: as a key it is in the order of the numbers.</summary>
    public ByteWriter Ordered64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public ByteWriter Number(long value)
    {
        // Zigzag, then seven bits a byte: most numbers are small, and some are negative.
        var rest = (ulong)((value << 1) ^ (value >> 63));
        var span = _buffer.GetSpan(10);
        var n = 0;
        while (rest >= 0x80)
        {
            span[n++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        span[n++] = (byte)rest;
        _buffer.Advance(n);
        return this;
    }

    public ByteWriter Optional(long? value) => value is { } number ? Byte(1).Number(number) : Byte(0);

    public ByteWriter Guid(Guid value)
    {
        value.TryWriteBytes(_buffer.GetSpan(16), bigEndian: true, out _);
        _buffer.Advance(16);
        return this;
    }

    public ByteWriter Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Number(length);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(Math.Max(1, length)));
        _buffer.Advance(length);
        return this;
    }

    public ByteWriter Optional(string? value) => value is null ? Byte(0) : Byte(1).Text(value);

    public ByteWriter Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        return Raw(value);
    }

    public ByteWriter Raw(ReadOnlySpan<byte> value)
    {
        _buffer.Write(value);
        return this;
    }

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
