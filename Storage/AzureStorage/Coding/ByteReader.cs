using System.Buffers.Binary;
using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Coding;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. What does not fit is damage, never an index error.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    public int Position { get; private set; }

    public readonly bool AtEnd => Position >= _data.Length;

    public byte Byte() => Raw(1)[0];

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Raw(4));

    public ulong Ordered64() => BinaryPrimitives.ReadUInt64BigEndian(Raw(8));

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return (long)(value >> 1) ^ -(long)(value & 1);
        }

        throw Damaged();
    }

    public int Count()
    {
        var value = Number();
        return value is >= 0 and <= int.MaxValue ? (int)value : throw Damaged();
    }

    public long? OptionalNumber() => Byte() == 0 ? null : Number();

    public Guid Guid() => new(Raw(16), bigEndian: true);

    public string Text() => Encoding.UTF8.GetString(Raw(Count()));

    public string? OptionalText() => Byte() == 0 ? null : Text();

    public ReadOnlySpan<byte> Bytes() => Raw(Count());

    public ReadOnlySpan<byte> Raw(int length)
    {
        if (length < 0 || length > _data.Length - Position) throw Damaged();
        var span = _data.Slice(Position, length);
        Position += length;
        return span;
    }

    public static EngineFault Damaged(string what = "a record") => new(
        FaultCodes.StoreCorrupt,
        $"The container holds {what} that cannot be read: it is damaged or was written by something else.");
}
