using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// What each block of a run's history says of the run as it stands with that block: its end tells all, without reading what is
/// before it.
/// </summary>
internal sealed record RunMark
{
    public required FrameKind Kind { get; init; }

    public required long Handle { get; init; }

    public required int Shard { get; init; }

    public required RunSummary Summary { get; init; }

    public int Wakes { get; init; }

    /// <summary>How many events the history has.</summary>
    public long Tail => LastFirst + LastCount - 1;

    /// <summary>The first event of the last turn.</summary>
    public long LastFirst { get; init; }

    public int LastCount { get; init; }

    public TurnId LastTurn { get; init; }

    public byte LastFormat { get; init; }

    /// <summary>The blob of the history that holds the last turn, and where in it.</summary>
    public int LastBlob { get; init; }

    public long LastOffset { get; init; }

    /// <summary>Names this write, by which it is known again when its answer was lost.</summary>
    public Guid Write { get; init; }

    /// <summary>How many blocks the blob has with this one; 0 where a version wrote it that did not count them.</summary>
    public int Blocks { get; init; }

    /// <summary>
    /// The incarnation of the data set in which the count holds: a copy that was consented to has blocks of its own.
    /// </summary>
    public Guid Incarnation { get; init; }

    public void WriteTo(ByteWriter writer)
    {
        writer.Byte((byte)Kind).Number(Handle).Number(Shard).Number(Wakes).Number(LastFirst).Number(LastCount).Byte(LastFormat)
            .Number(LastBlob).Number(LastOffset).Guid(Write);
        RunCode.Write(writer, LastTurn);
        RunCode.Write(writer, Summary);
        writer.Number(Blocks).Guid(Incarnation); // versions that do not know it read up to here
    }

    public static RunMark Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var kind = (FrameKind)reader.Byte();
        if (kind is < FrameKind.Turn or > FrameKind.Rolled) throw ByteReader.Damaged("a history");
        var (handle, shard, wakes) = (reader.Number(), (int)reader.Number(), (int)reader.Number());
        var (first, count, format) = (reader.Number(), (int)reader.Number(), reader.Byte());
        var (blob, offset, write) = ((int)reader.Number(), reader.Number(), reader.Guid());
        var (turn, summary) = (RunCode.ReadTurn(ref reader), RunCode.ReadSummary(ref reader));
        var (blocks, incarnation) = reader.AtEnd ? (0, default) : (reader.Count(), reader.Guid());
        return new RunMark
        {
            Kind = kind, Handle = handle, Shard = shard, Wakes = wakes, LastFirst = first, LastCount = count, LastFormat = format,
            LastBlob = blob, LastOffset = offset, Write = write, LastTurn = turn, Summary = summary, Blocks = blocks,
            Incarnation = incarnation,
        };
    }
}

/// <summary>What a block of a history is.</summary>
internal enum FrameKind : byte
{
    /// <summary>A turn, its body before its mark.</summary>
    Turn = 1,

    /// <summary>A turn whose body is a blob of its own; its name is in the body's place.</summary>
    LargeTurn = 2,

    /// <summary>No turn: a summary, or a count.</summary>
    State = 3,

    /// <summary>The last of this blob; the history goes on in the next.</summary>
    Rolled = 4,
}
