using System.Buffers;
using Orchestration.Runtime.Serialization;
using Orleans.Serialization;

namespace Orchestration.Runtime.Tests.Serialization;

/// <summary>
/// Bytes that no writer wrote end in a <see cref="SerializerException"/>, at a bounded cost, and in nothing else.
/// </summary>
public sealed class GarbageTests
{
    private static readonly WireSerializer s_serializer = new();

    [Fact]
    public void Read_RandomBytes_NeverHarms()
    {
        var random = new Random(1);
        for (var i = 0; i < 30_000; i++)
        {
            var bytes = new byte[random.Next(1, 120)];
            random.NextBytes(bytes);
            bytes[0] = (byte)(5 + (i % 2));
            TryRead<Everything>(bytes);
            TryRead<List<Shape>>(bytes);
            TryRead<object>(bytes);
            TryRead<Exception>(bytes);
        }
    }

    [Fact]
    public void Read_EveryTruncation_IsRefused()
    {
        var bytes = s_serializer.ToBytes(new RandomGraph(5).Everything());
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<SerializerException>(() => s_serializer.FromBytes<Everything>(cut));
        }
    }

    [Fact]
    public void Read_BitsFlipped_NeverHarms()
    {
        var random = new Random(2);
        for (var seed = 0; seed < 40; seed++)
        {
            var bytes = s_serializer.ToBytes(new RandomGraph(seed).Everything());
            for (var i = 0; i < 300; i++)
            {
                var flipped = (byte[])bytes.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                TryRead<Everything>(flipped);
            }
        }
    }

    [Fact]
    public void Read_HugeCountsAndLengths_AllocateLittle()
    {
        byte[] huge = [0x06, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00];
        byte[] text = [0x04, 0xff, 0xff, 0xff, 0xff, 0x07];
        _ = Assert.Throws<SerializerException>(() => s_serializer.FromBytes<long[]>(huge));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            TryRead<long[]>(huge);
            TryRead<string>(text);
            TryRead<Dictionary<string, Guid>>(huge);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Read_ManyEmptyObjects_StopsAtTheBudget()
    {
        // Two bytes each on the wire, some hundreds in memory.
        var limited = new WireSerializer(limits: new WireLimits { ReadBudgetFloor = 100_000, ReadBudgetCeiling = 1_000_000 });
        var writer = WireWriter.Rent(limited);
        writer.WriteByte((byte)WireKind.Sequence);
        writer.WriteVarUInt(1_000_000);
        writer.WriteByte((byte)WireKind.Object);
        for (var i = 0; i < 1_000_000; i++) writer.WriteRaw([0, 7]);
        var bytes = writer.Written.ToArray();
        writer.Return();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SerializerException>(() => limited.FromBytes<Everything[]>(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 12_000_000);
    }

    [Fact]
    public void Read_DeepNesting_IsRefused()
    {
        byte[] bytes = [(byte)WireKind.Object, .. Enumerable.Range(0, 100_000).SelectMany(_ => new byte[] { 0, 5 })];
        Assert.Throws<SerializerException>(() => s_serializer.FromBytes<Node>(bytes));
        byte[] unknown = [(byte)WireKind.Object, 0, 0x0d, .. Enumerable.Range(0, 100_000).SelectMany(_ => (byte[])[0, 0x0d])];
        Assert.Throws<SerializerException>(() => s_serializer.FromBytes<Leaf>(unknown));
    }

    [Fact]
    public void Read_EndlesslyNestedTypeNames_AreRefused()
    {
        var name = string.Concat(Enumerable.Repeat("list[", 50)) + "int" + new string(']', 50);
        var writer = WireWriter.Rent(s_serializer);
        writer.WriteByte((byte)WireKind.Object);
        writer.WriteVarUInt(3);
        writer.WriteString(name);
        writer.WriteByte((byte)WireKind.Sequence);
        writer.WriteByte(0);
        var bytes = writer.Written.ToArray();
        writer.Return();
        Assert.Throws<SerializerException>(() => s_serializer.FromBytes<object>(bytes));
    }

    [Fact]
    public void Read_SplitAcrossSegments_IsTheSame()
    {
        var value = new RandomGraph(9).Everything();
        var bytes = s_serializer.ToBytes(value);
        var first = new Segment(bytes.AsMemory(0, 7), null);
        var last = new Segment(bytes.AsMemory(7), first);
        var reader = WireReader.Rent(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length), s_serializer);
        Assert.Equal(bytes, s_serializer.ToBytes(reader.Read<Everything>()));
        Assert.Equal(0, reader.Remaining);
        reader.Return();
    }

    [Fact]
    public void Write_OverTheMessageLimit_IsRefusedAndTheWriterUsableAgain()
    {
        var limited = new WireSerializer(limits: new WireLimits { MaxMessageBytes = 10_000 });
        Assert.Throws<SerializerException>(() => limited.ToBytes(new byte[20_000]));
        Assert.Equal([4, 1, 9], limited.ToBytes<byte[]>([9]));
    }

    private static void TryRead<T>(byte[] bytes)
    {
        try
        {
            s_serializer.FromBytes<T>(bytes);
        }
        catch (SerializerException)
        {
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;
            before.Next = this;
            RunningIndex = before.Memory.Length;
        }
    }
}
