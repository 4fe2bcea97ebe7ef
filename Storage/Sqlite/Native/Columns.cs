using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Native;

/// <summary>How values of the port lie in columns: times as Unix milliseconds, ids as big-endian bytes.</summary>
internal static class Columns
{
    /// <summary>The columns that <see cref="Record"/> reads.</summary>
    public const string OfRecord = "handle, ns, id, run, type, started_at, status, state, wake_at, closed_at, wakes, detail";

    public const int TurnIdBytes = 24;

    public static void Write(TurnId turn, Span<byte> bytes)
    {
        turn.Activation.TryWriteBytes(bytes, bigEndian: true, out _);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes[16..], turn.Number);
    }

    public static TurnId TurnId(ReadOnlySpan<byte> bytes) =>
        new(new Guid(bytes[..16], bigEndian: true), System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes[16..]));

    public static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    /// <summary>When the run is to be woken, as the index of due runs has it; null where no time will.</summary>
    public static long? Due(RunSummary summary) =>
        summary.State is RunState.Parked or RunState.Runnable or RunState.Stalled ? Milliseconds(summary.WakeAt) : null;

    public static HistoryBatch Batch(Statement row) =>
        new(row.Int64(0), row.Int32(1), TurnId(row.Blob(2)), (byte)row.Int32(3), row.Blob(4).ToArray());

    public static RunRecord Record(Statement row) => new(
        new StoreKey(new WorkflowKey(row.Text(1), new WorkflowId(row.Text(2))), new RunId(row.Guid(3))),
        row.Int64(0),
        row.Text(4),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(5)),
        new RunSummary(
            (WorkflowStatus)row.Int32(6), (RunState)row.Int32(7), Time(row.NullableInt64(8)), Time(row.NullableInt64(9)),
            row.NullableText(11)),
        row.Int32(10));

}
