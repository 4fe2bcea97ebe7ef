using Orchestration.Grains.Storage;

namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>An attempt's latest heartbeat.</summary>
/// <param name="run">The run.</param>
/// <param name="heartbeat">The heartbeat.</param>
/// <param name="packed">The one that the tables have, which was asked for before.</param>
internal sealed class HeartbeatWrite(RunRef run, HeartbeatRecord heartbeat, HeartbeatRecord? packed) : LogWrite<bool>(run)
{
    public override Verdict Judge(Batch batch)
    {
        if (Find(batch, out _, out var run) is { } unfit) return unfit;
        if (run is null) return Say(Verdict.Misfit, false);
        if (batch.IsTouched(Ref.Instance)) return Verdict.Later;
        var last = run.Beats is { } beats && beats.TryGetValue(heartbeat.Command, out var there) ? there.Record : packed;
        if (last is not null && last.Attempt > heartbeat.Attempt) return Say(Verdict.Answered, false);
        batch.Add(new LogRecord(LogRecordKind.Heartbeat, Ref)
        {
            Shard = run.Shard, Stand = run.Stand, Heartbeat = heartbeat,
        });
        return Say(Verdict.Written, true);
    }
}
