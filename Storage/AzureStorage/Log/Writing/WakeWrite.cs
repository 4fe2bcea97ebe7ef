namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>One more suspect wake.</summary>
internal sealed class WakeWrite(RunRef run) : LogWrite<int?>(run)
{
    public override Verdict Judge(Batch batch)
    {
        if (Find(batch, out _, out var run) is { } unfit) return unfit;
        if (run is null) return Say(Verdict.Misfit, null);
        var stand = batch.Pending(Ref) ?? run.Stand;
        stand = stand with { Wakes = stand.Wakes + 1 };
        batch.Add(new LogRecord(LogRecordKind.State, Ref) { Shard = run.Shard, Stand = stand });
        return Say(Verdict.Written, stand.Wakes);
    }
}
