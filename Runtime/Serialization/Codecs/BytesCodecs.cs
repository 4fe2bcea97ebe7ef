using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Orchestration.Runtime.Serialization.Codecs;

internal sealed class StringCodec : WireCodec<string>
{
    public override WireKind Kind => WireKind.Bytes;

    public override void Write(WireWriter writer, in string value) => writer.WriteString(value);

    public override string Read(WireReader reader) => reader.ReadString();
}

/// <summary>A type that is written as its text: addresses and versions.</summary>
internal sealed class TextLikeCodec<T>(Func<T, string> toText, Func<string, T?> fromText) : WireCodec<T>
    where T : class
{
    public override WireKind Kind => WireKind.Bytes;

    public override void Write(WireWriter writer, in T value) => writer.WriteString(toText(value));

    public override T Read(WireReader reader) => fromText(reader.ReadString()) ?? throw WireErrors.Corrupt($"not a {typeof(T)}");
}

internal sealed class ByteArrayCodec : WireCodec<byte[]>
{
    public override WireKind Kind => WireKind.Bytes;

    public override bool IsImmutable => false;

    public override void Write(WireWriter writer, in byte[] value) => writer.WriteBytes(value);

    public override byte[] Read(WireReader reader) => ReadOwned(reader);

    public override byte[] Copy(in byte[] value, int depth) => value.AsSpan().ToArray();

    public static byte[] ReadOwned(WireReader reader)
    {
        var bytes = reader.ReadBytes();
        reader.Charge(bytes.Length);
        return bytes.ToArray();
    }
}

/// <summary>Read-only memory counts as immutable: a local call hands on the same bytes.</summary>
internal sealed class ReadOnlyMemoryCodec : WireCodec<ReadOnlyMemory<byte>>
{
    public override WireKind Kind => WireKind.Bytes;

    public override bool IsDefault(in ReadOnlyMemory<byte> value) => value.IsEmpty;

    public override void Write(WireWriter writer, in ReadOnlyMemory<byte> value) => writer.WriteBytes(value.Span);

    public override ReadOnlyMemory<byte> Read(WireReader reader) => ByteArrayCodec.ReadOwned(reader);
}

internal sealed class MemoryCodec : WireCodec<Memory<byte>>
{
    public override WireKind Kind => WireKind.Bytes;

    public override bool IsImmutable => false;

    public override bool IsDefault(in Memory<byte> value) => value.IsEmpty;

    public override void Write(WireWriter writer, in Memory<byte> value) => writer.WriteBytes(value.Span);

    public override Memory<byte> Read(WireReader reader) => ByteArrayCodec.ReadOwned(reader);

    public override Memory<byte> Copy(in Memory<byte> value, int depth) => value.ToArray();
}

internal sealed class ImmutableByteArrayCodec : WireCodec<ImmutableArray<byte>>
{
    public override WireKind Kind => WireKind.Bytes;

    public override bool IsMissing(in ImmutableArray<byte> value) => value.IsDefault;

    public override void Write(WireWriter writer, in ImmutableArray<byte> value) => writer.WriteBytes(value.AsSpan());

    public override ImmutableArray<byte> Read(WireReader reader) =>
        ImmutableCollectionsMarshal.AsImmutableArray(ByteArrayCodec.ReadOwned(reader));
}
