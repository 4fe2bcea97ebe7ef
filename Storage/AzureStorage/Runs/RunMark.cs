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

    public void WriteTo(ByteWriter writer)
    {
        writer.Byte((byte)Kind).Number(Handle).Number(Shard).Number(Wakes).Number(LastFirst).Number(LastCount).Byte(LastFormat)
            .Number(LastBlob).Number(LastOffset).Guid(Write);
        RunCode.Write(writer, LastTurn);
        RunCode.Write(writer, Summary);
    }

    public static RunMark Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var kind = (FrameKind)reader.Byte();
        if (kind is < FrameKind.Turn or > FrameKind.Rolled) throw ByteReader.Damaged("a history");
        var (handle, shard, wakes) = (reader.Number(), (int)reader.Number(), (int)reader.Number());
        var (first, count, format) = (reader.Number(), (int)reader.Number(), reader.Byte());
        var (blob, offset, write) = ((int)reader.Number(), reader.Number(), reader.Guid());
        var turn = RunCode.ReadTurn(ref reader);
        return new RunMark
        {
            Kind = kind, Handle = handle, Shard = shard, Wakes = wakes, LastFirst = first, LastCount = count, LastFormat = format,
            LastBlob = blob, LastOffset = offset, Write = write, LastTurn = turn, Summary = RunCode.ReadSummary(ref reader),
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
