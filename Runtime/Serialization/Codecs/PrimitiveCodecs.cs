using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orchestration.Runtime.Serialization.Codecs;

/// <summary>Signed integers of up to 64 bits, zigzag encoded.</summary>
internal sealed class SignedCodec<T> : WireCodec<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public override WireKind Kind => WireKind.VarInt;

    public override bool IsDefault(in T value) => T.IsZero(value);

    public override void Write(WireWriter writer, in T value) => writer.WriteVarInt(long.CreateTruncating(value));

    public override T Read(WireReader reader)
    {
        var value = reader.ReadVarInt();
        var narrow = T.CreateTruncating(value);
        return long.CreateTruncating(narrow) == value
            ? narrow : throw WireErrors.Corrupt($"{value} is out of range for {typeof(T)}");
    }
}

/// <summary>Unsigned integers of up to 64 bits, and characters.</summary>
internal sealed class UnsignedCodec<T> : WireCodec<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public override WireKind Kind => WireKind.VarInt;

    public override bool IsDefault(in T value) => T.IsZero(value);

    public override void Write(WireWriter writer, in T value) => writer.WriteVarUInt(ulong.CreateTruncating(value));

    public override T Read(WireReader reader)
    {
        var value = reader.ReadVarUInt();
        var narrow = T.CreateTruncating(value);
        return ulong.CreateTruncating(narrow) == value
            ? narrow : throw WireErrors.Corrupt($"{value} is out of range for {typeof(T)}");
    }
}

/// <summary>Enumerations, as their underlying integer.</summary>
internal sealed class EnumCodec<T, TUnderlying>(WireCodec<TUnderlying> underlying) : WireCodec<T>
    where T : unmanaged
    where TUnderlying : unmanaged
{
    public override WireKind Kind => WireKind.VarInt;

    public override bool IsDefault(in T value) => underlying.IsDefault(in Unsafe.As<T, TUnderlying>(ref Unsafe.AsRef(in value)));

    public override void Write(WireWriter writer, in T value) =>
        underlying.Write(writer, in Unsafe.As<T, TUnderlying>(ref Unsafe.AsRef(in value)));

    public override T Read(WireReader reader) => Unsafe.BitCast<TUnderlying, T>(underlying.Read(reader));
}

internal sealed class BooleanCodec : WireCodec<bool>
{
    public override WireKind Kind => WireKind.VarInt;

    public override bool IsDefault(in bool value) => !value;

    public override void Write(WireWriter writer, in bool value) => writer.WriteByte(value ? (byte)1 : (byte)0);

    public override bool Read(WireReader reader) => reader.ReadVarUInt() switch
    {
        0 => false,
        1 => true,
        _ => throw WireErrors.Corrupt("a Boolean is neither 0 nor 1"),
    };
}

internal sealed class SingleCodec : WireCodec<float>
{
    public override WireKind Kind => WireKind.Fixed32;

    // By bits, since -0.0 equals 0.0 and must not become it.
    public override bool IsDefault(in float value) => BitConverter.SingleToUInt32Bits(value) == 0;

    public override void Write(WireWriter writer, in float value) => writer.WriteFixed32(BitConverter.SingleToUInt32Bits(value));

    public override float Read(WireReader reader) => BitConverter.UInt32BitsToSingle(reader.ReadFixed32());
}

internal sealed class DoubleCodec : WireCodec<double>
{
    public override WireKind Kind => WireKind.Fixed64;

    public override bool IsDefault(in double value) => BitConverter.DoubleToUInt64Bits(value) == 0;

    public override void Write(WireWriter writer, in double value) => writer.WriteFixed64(BitConverter.DoubleToUInt64Bits(value));

    public override double Read(WireReader reader) => BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
}

internal sealed class DecimalCodec : WireCodec<decimal>
{
    public override WireKind Kind => WireKind.Fixed128;

    public override void Write(WireWriter writer, in decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        foreach (var part in parts) writer.WriteFixed32((uint)part);
    }

    public override decimal Read(WireReader reader)
    {
        Span<int> parts = stackalloc int[4];
        for (var i = 0; i < parts.Length; i++) parts[i] = (int)reader.ReadFixed32();
        const int ScaleAndSign = unchecked((int)0x80FF0000);
        if ((parts[3] & ~ScaleAndSign) != 0 || ((parts[3] >> 16) & 0xff) > 28)
            throw WireErrors.Corrupt("a decimal has an impossible scale");
        return new decimal(parts);
    }
}

internal sealed class GuidCodec : WireCodec<Guid>
{
    public override WireKind Kind => WireKind.Fixed128;

    public override bool IsDefault(in Guid value) => value == Guid.Empty;

    public override void Write(WireWriter writer, in Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        writer.WriteRaw(bytes);
    }

    public override Guid Read(WireReader reader) => new(reader.ReadRaw(16));
}

/// <summary>Ticks and kind; a local time stays the same reading of the clock and is not converted.</summary>
internal sealed class DateTimeCodec : WireCodec<DateTime>
{
    private const int KindShift = 62;
    private const ulong TicksMask = (1UL << KindShift) - 1;

    public override WireKind Kind => WireKind.Fixed64;

    public override bool IsDefault(in DateTime value) => value.Ticks == 0 && value.Kind == DateTimeKind.Unspecified;

    public override void Write(WireWriter writer, in DateTime value) =>
        writer.WriteFixed64((ulong)value.Ticks | ((ulong)value.Kind << KindShift));

    public override DateTime Read(WireReader reader)
    {
        var bits = reader.ReadFixed64();
        var ticks = (long)(bits & TicksMask);
        var kind = (DateTimeKind)(bits >> KindShift);
        if (ticks > DateTime.MaxValue.Ticks || kind > DateTimeKind.Local) throw WireErrors.Corrupt("a date is out of range");
        return new DateTime(ticks, kind);
    }
}

/// <summary>The ticks of the clock (eight bytes) and the offset in minutes (two).</summary>
internal sealed class DateTimeOffsetCodec : WireCodec<DateTimeOffset>
{
    private const int Size = 10;

    public override WireKind Kind => WireKind.Bytes;

    public override bool IsDefault(in DateTimeOffset value) => value.Ticks == 0 && value.Offset == TimeSpan.Zero;

    public override void Write(WireWriter writer, in DateTimeOffset value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value.Ticks);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[8..], (short)value.TotalOffsetMinutes);
        writer.WriteBytes(bytes);
    }

    public override DateTimeOffset Read(WireReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != Size) throw WireErrors.Corrupt("a date with offset does not have ten bytes");
        try
        {
            return new DateTimeOffset(
                BinaryPrimitives.ReadInt64LittleEndian(bytes),
                TimeSpan.FromMinutes(BinaryPrimitives.ReadInt16LittleEndian(bytes[8..])));
        }
        catch (ArgumentException)
        {
            throw WireErrors.Corrupt("a date with offset is out of range");
        }
    }
}

/// <summary>A type that is written as a signed number of up to 64 bits: spans of time, dates and times of day.</summary>
internal sealed class NumberLikeCodec<T>(Func<T, long> toNumber, Func<long, T> fromNumber) : WireCodec<T>
    where T : struct
{
    public override WireKind Kind => WireKind.VarInt;

    public override bool IsDefault(in T value) => toNumber(value) == 0;

    public override void Write(WireWriter writer, in T value) => writer.WriteVarInt(toNumber(value));

    public override T Read(WireReader reader)
    {
        try
        {
            return fromNumber(reader.ReadVarInt());
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw WireErrors.Corrupt($"a {typeof(T)} is out of range");
        }
    }
}
