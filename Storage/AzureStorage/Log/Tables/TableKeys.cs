using System.Buffers.Binary;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log.Tables;

/// <summary>
/// Keys of table entries: bytes in whose order entries lie. Runs by instance; the due index by shard, state, time and handle;
/// lists by namespace, newest start first, and of what has ended newest end first;
/// heartbeats by run.
/// </summary>
internal static class TableKeys
{
    private const byte Run = 1;
    private const byte Due = 2;
    private const byte List = 3;
    private const byte Beat = 4;
    private const byte End = 5;

    private const ulong Bias = 1UL << 63;

    public static byte[] OfRun(RunRef run)
    {
        var writer = new ByteWriter(40).Byte(Run);
        run.WriteTo(writer);
        return writer.ToArray();
    }

    /// <summary>What the keys of all runs of an instance begin with.</summary>
    public static byte[] OfInstance(UInt128 instance) => OfRun(new RunRef(instance, default))[..(1 + Names.HashLength)];

    /// <summary>The first key behind those of all runs.</summary>
    public static byte[] AfterRuns { get; } = [Run + 1];

    public static UInt128 InstanceOf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt128BigEndian(key[1..]);

    public static byte[] OfBeat(RunRef run, long command)
    {
        var writer = new ByteWriter(48).Byte(Beat);
        run.WriteTo(writer);
        return writer.Ordered64((ulong)command ^ Bias).ToArray();
    }

    public static byte[] OfBeats(RunRef run) => OfBeat(run, 0)[..33];

    public static byte[] OfDue(int shard, RunState state, long due, long handle, Guid run) => new ByteWriter(40)
        .Byte(Due).Byte((byte)shard).Byte((byte)state).Ordered64((ulong)due ^ Bias).Ordered64((ulong)handle ^ Bias).Guid(run)
        .ToArray();

    public static byte[] OfDueFrom(int shard, RunState state, long due, long handle) =>
        OfDue(shard, state, due, handle, Guid.Empty)[..19];

    /// <summary>A run's places in the due index. As in memory, a runnable run with a timer has two.</summary>
    public static IEnumerable<byte[]> OfDue(RunInfo info, RunSummary summary)
    {
        if (summary.State is RunState.Runnable or RunState.Stalled)
            yield return OfDue(info.Shard, summary.State, 0, info.Handle, info.Key.RunId.Value);
        if (summary is { State: not RunState.Closed, WakeAt: { } at })
            yield return OfDue(
                info.Shard, RunState.Parked, at.ToUnixTimeMilliseconds(), info.Handle, info.Key.RunId.Value);
    }

    /// <summary>Due time, handle and run of a key of the due index.</summary>
    public static (long Due, long Handle, Guid Run) ReadDue(ReadOnlySpan<byte> key)
    {
        var reader = new ByteReader(key[3..]);
        return ((long)(reader.Ordered64() ^ Bias), (long)(reader.Ordered64() ^ Bias), reader.Guid());
    }

    public static byte[] OfList(RunInfo info) => new ByteWriter(48).Raw(OfListFrom(
        info.Key.Key.Namespace, info.StartedAt.ToUnixTimeMilliseconds(), info.Handle)).Guid(info.Key.RunId.Value).ToArray();

    /// <summary>Where a list goes on behind a start and a handle.</summary>
    public static byte[] OfListFrom(string @namespace, long startedAt, long handle) => From(List, @namespace, startedAt, handle);

    /// <summary>A run's place in the list of ends; null while it is open.</summary>
    public static byte[]? OfEnd(RunInfo info, RunSummary summary) => summary.ClosedAt is not { } closedAt ? null
        : new ByteWriter(48).Raw(OfEndFrom(info.Key.Key.Namespace, closedAt.ToUnixTimeMilliseconds(), info.Handle))
            .Guid(info.Key.RunId.Value).ToArray();

    /// <summary>Where a list of ends goes on behind an end and a handle.</summary>
    public static byte[] OfEndFrom(string @namespace, long closedAt, long handle) => From(End, @namespace, closedAt, handle);

    /// <summary>What the keys of a namespace's lists begin with, as those of any of their places do.</summary>
    public static byte[] NamespaceOf(byte[] place) => place[..(1 + Names.HashLength)];

    private static byte[] From(byte list, string @namespace, long time, long handle) => new ByteWriter(48)
        .Byte(list).Raw(Names.Hash(@namespace)).Ordered64(ulong.MaxValue - ((ulong)time ^ Bias))
        .Ordered64(ulong.MaxValue - ((ulong)handle ^ Bias)).ToArray();

    /// <summary>The first key behind all that begin so.</summary>
    public static byte[]? Behind(ReadOnlySpan<byte> prefix)
    {
        var next = prefix.ToArray();
        for (var i = next.Length - 1; i >= 0; i--)
            if (++next[i] != 0) return next[..(i + 1)];
        return null;
    }

    /// <summary>What a filter knows a key by: the instance, of keys that are looked up by it; null for the others.</summary>
    public static ReadOnlySpan<byte> Filtered(ReadOnlySpan<byte> key) =>
        key[0] is Run or Beat ? key.Slice(1, Names.HashLength) : default;
}
