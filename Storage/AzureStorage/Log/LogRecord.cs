using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>What a record of a log says.</summary>
internal enum LogRecordKind : byte
{
    Start = 1,
    Turn = 2,
    State = 3,
    Heartbeat = 4,
    Purge = 5,

    /// <summary>What is before the manifest's place is in packs and tables now.</summary>
    Checkpoint = 6,

    /// <summary>The log goes on in its next segment. The last record of a segment.</summary>
    Rolled = 7,
}

/// <summary>
/// One record of a log. Each that changes a run says how it stands afterwards, so that records are understood without what is
/// before them.
/// </summary>
internal sealed record LogRecord(LogRecordKind Kind, RunRef Ref)
{
    public RunInfo? Info { get; init; }

    public int Shard { get; init; }

    public RunStand Stand { get; init; }

    public LogTurn? Turn { get; init; }

    /// <summary>Of a start: the run that it takes over from, and how that stands from now on.</summary>
    public (Guid Run, RunStand Stand)? Previous { get; init; }

    public HeartbeatRecord? Heartbeat { get; init; }

    /// <summary>The manifest's version, or the next segment.</summary>
    public long Number { get; init; }

    /// <summary>The rest of the next segment's name.</summary>
    public Guid Segment { get; init; }

    public void WriteTo(ByteWriter writer)
    {
        writer.Byte((byte)Kind);
        switch (Kind)
        {
            case LogRecordKind.Checkpoint or LogRecordKind.Rolled:
                writer.Number(Number).Guid(Segment);
                return;
            case LogRecordKind.Start:
                Ref.WriteTo(writer);
                Info!.WriteTo(writer);
                Stand.WriteTo(writer);
                writer.Byte(Previous is null ? (byte)0 : (byte)1);
                if (Previous is { } previous)
                {
                    writer.Guid(previous.Run);
                    previous.Stand.WriteTo(writer);
                }

                Turn!.WriteTo(writer);
                return;
            case LogRecordKind.Turn:
                Ref.WriteTo(writer);
                writer.Number(Shard);
                Stand.WriteTo(writer);
                Turn!.WriteTo(writer);
                return;
            case LogRecordKind.State:
                Ref.WriteTo(writer);
                writer.Number(Shard);
                Stand.WriteTo(writer);
                return;
            case LogRecordKind.Heartbeat:
                Ref.WriteTo(writer);
                writer.Number(Shard);
                Stand.WriteTo(writer);
                RunCode.Write(writer, Heartbeat!);
                return;
            default:
                Ref.WriteTo(writer);
                return;
        }
    }

    /// <summary>Reads a record; bodies are left where they are.</summary>
    public static LogRecord Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ByteReader(bytes.Span);
        var kind = (LogRecordKind)reader.Byte();
        if (kind is LogRecordKind.Checkpoint or LogRecordKind.Rolled)
            return new LogRecord(kind, default) { Number = reader.Number(), Segment = reader.Guid() };
        var run = RunRef.Read(ref reader);
        switch (kind)
        {
            case LogRecordKind.Start:
                var (info, stand) = (RunInfo.Read(ref reader), RunStand.Read(ref reader));
                (Guid, RunStand)? previous = reader.Byte() == 0 ? null : (reader.Guid(), RunStand.Read(ref reader));
                return new LogRecord(kind, run)
                {
                    Info = info, Shard = info.Shard, Stand = stand, Previous = previous, Turn = LogTurn.Read(ref reader, bytes),
                };
            case LogRecordKind.Turn:
                return new LogRecord(kind, run)
                {
                    Shard = (int)reader.Number(), Stand = RunStand.Read(ref reader), Turn = LogTurn.Read(ref reader, bytes),
                };
            case LogRecordKind.State:
                return new LogRecord(kind, run) { Shard = (int)reader.Number(), Stand = RunStand.Read(ref reader) };
            case LogRecordKind.Heartbeat:
                return new LogRecord(kind, run)
                {
                    Shard = (int)reader.Number(), Stand = RunStand.Read(ref reader),
                    Heartbeat = RunCode.ReadHeartbeat(ref reader),
                };
            case LogRecordKind.Purge:
                return new LogRecord(kind, run);
            default:
                throw ByteReader.Damaged("a log");
        }
    }
}
