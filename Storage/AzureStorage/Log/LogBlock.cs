using System.Buffers.Binary;
using System.Security.Cryptography;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// A block of a log: mark, length, checksum and id, then the records, each after its length. The service appends it whole or not
/// at all; the checksum finds what no service should do, and by its id a block is known whose answer was lost.
/// </summary>
internal static class LogBlock
{
    public const int HeaderLength = 32;

    private const uint Mark = 0x3142_4C4F; // "OLB1"

    public static byte[] Of(Guid id, IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var writer = new ByteWriter(1024);
        writer.Fixed32(Mark).Fixed32(0).Raw(stackalloc byte[8]).Guid(id);
        foreach (var record in records) writer.Bytes(record.Span);
        var block = writer.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), block.Length);
        Checksum(block).CopyTo(block.AsSpan(8));
        return block;
    }

    /// <summary>The length of the first block; null where too few bytes are there to tell.</summary>
    public static int? Length(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Mark) throw ByteReader.Damaged("a log");
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        return length >= HeaderLength ? length : throw ByteReader.Damaged("a log");
    }

    public static (Guid Id, List<LogRecord> Records) Read(ReadOnlyMemory<byte> block)
    {
        if (!Checksum(block.Span).AsSpan().SequenceEqual(block.Span.Slice(8, 8))) throw ByteReader.Damaged("a log");
        var records = new List<LogRecord>();
        for (var at = HeaderLength; at < block.Length;)
        {
            var reader = new ByteReader(block.Span[at..]);
            var length = reader.Count();
            reader.Raw(length);
            records.Add(LogRecord.Read(block.Slice(at + reader.Position - length, length)));
            at += reader.Position;
        }

        return (new Guid(block.Span.Slice(16, 16), bigEndian: true), records);
    }

    private static byte[] Checksum(ReadOnlySpan<byte> block) => SHA256.HashData(block[16..])[..8];
}
