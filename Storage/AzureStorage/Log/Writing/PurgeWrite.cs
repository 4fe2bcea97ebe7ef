using Orchestration.Grains.Storage;

namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>A run's removal.</summary>
internal sealed class PurgeWrite(RunRef run) : LogWrite<bool>(run)
{
    public override Verdict Judge(Batch batch)
    {
        if (Find(batch, out _, out var run) is { } unfit) return unfit;
        if (batch.IsTouched(Ref.Instance)) return Verdict.Later;
        if (run is null || run.Stand.Summary.State != RunState.Closed) return Say(Verdict.Misfit, false);
        batch.Add(new LogRecord(LogRecordKind.Purge, Ref));
        return Say(Verdict.Written, true);
    }
}
