using System.Buffers.Binary;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// A block of a history: its length, the body, the mark, the mark's length, and its length again, so that blocks are found from
/// the front and from the back.
/// </summary>
internal static class Frame
{
    private const int Overhead = 12;

    public static byte[] Of(RunMark mark, ReadOnlySpan<byte> body)
    {
        var writer = new ByteWriter(64);
        mark.WriteTo(writer);
        var total = body.Length + writer.Length + Overhead;
        var frame = new byte[total];
        BinaryPrimitives.WriteInt32LittleEndian(frame, total);
        body.CopyTo(frame.AsSpan(4));
        writer.Written.Span.CopyTo(frame.AsSpan(4 + body.Length));
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(total - 8), writer.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(total - 4), total);
        return frame;
    }

    /// <summary>The length of the first block; null where the bytes end before it does.</summary>
    public static int? Length(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < Overhead) throw ByteReader.Damaged("a history");
        return length <= bytes.Length ? length : null;
    }

    /// <summary>A whole block taken apart.</summary>
    public static (RunMark Mark, Range Body) Parse(ReadOnlySpan<byte> frame)
    {
        var mark = LastMark(frame, out var length) ?? throw ByteReader.Damaged("a history");
        if (length != frame.Length) throw ByteReader.Damaged("a history");
        var marked = BinaryPrimitives.ReadInt32LittleEndian(frame[^8..]);
        return (mark, 4..(frame.Length - 8 - marked));
    }

    /// <summary>The mark of the last block; null where the bytes do not reach back to its begin.</summary>
    public static RunMark? LastMark(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 8) throw ByteReader.Damaged("a history");
        length = BinaryPrimitives.ReadInt32LittleEndian(bytes[^4..]);
        var marked = BinaryPrimitives.ReadInt32LittleEndian(bytes[^8..]);
        if (length < Overhead || marked < 0 || marked > length - Overhead) throw ByteReader.Damaged("a history");
        return marked + 8 > bytes.Length ? null : RunMark.Read(bytes.Slice(bytes.Length - 8 - marked, marked));
    }
}
