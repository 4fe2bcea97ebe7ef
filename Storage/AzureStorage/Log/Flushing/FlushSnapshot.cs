using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Log.Memory;
using Orchestration.Storage.AzureStorage.Log.Tables;

namespace Orchestration.Storage.AzureStorage.Log.Flushing;

/// <summary>What the log alone has, up to a place.</summary>
/// <param name="Tables">The tables under it.</param>
/// <param name="Place">The place.</param>
/// <param name="Segment">The rest of its segment's name.</param>
/// <param name="End">What is known of that segment there.</param>
/// <param name="Runs">The runs, in the order of shards and instances.</param>
internal sealed record FlushSnapshot(TableSet Tables, LogPlace Place, Guid Segment, SegmentEnd End, List<FlushRun> Runs)
{
    /// <summary>Under the log's lock.</summary>
    public static FlushSnapshot Of(LogMemory memory)
    {
        var runs = memory.Changed().Select(static run => new FlushRun(
            run.Ref, run.Info, run.Shard, run.Stand, run.IsNew, run.IsPurged, run.HasBodies,
            run.Turns.ConvertAll(static turn => turn.Turn),
            run.Beats?.Values.Select(static beat => beat.Record).ToList() ?? [])).ToList();
        runs.Sort(static (a, b) => a.Shard != b.Shard ? a.Shard.CompareTo(b.Shard) : a.Ref.Instance.CompareTo(b.Ref.Instance));
        return new FlushSnapshot(memory.Tables, memory.Applied, memory.Segment, memory.End, runs);
    }
}

/// <summary>A run of which the log has something that no table has.</summary>
internal sealed record FlushRun(
    RunRef Ref, RunInfo? Info, int Shard, RunStand Stand, bool IsNew, bool IsPurged, bool HasBodies, List<LogTurn> Turns,
    List<HeartbeatRecord> Beats);
