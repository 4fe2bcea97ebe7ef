using Orchestration.Grains.Storage;

namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>A summary without events.</summary>
internal sealed class SummaryWrite(RunRef run, long expected, RunSummary summary, int? wakes) : LogWrite<bool>(run)
{
    public override Verdict Judge(Batch batch)
    {
        if (Find(batch, out _, out var run) is { } unfit) return unfit;
        if (run is null) return Say(Verdict.Misfit, false);
        var stand = batch.Pending(Ref) ?? run.Stand;
        if (stand.Tail != expected) return Say(Verdict.Misfit, false);
        batch.Add(new LogRecord(LogRecordKind.State, Ref)
        {
            Shard = run.Shard, Stand = stand with { Summary = summary, Wakes = wakes ?? stand.Wakes },
        });
        return Say(Verdict.Written, true);
    }
}
