namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>Tells other silos of a newer manifest.</summary>
internal sealed class CheckpointWrite(long version) : LogWrite<bool>(default)
{
    public override Verdict Judge(Batch batch)
    {
        batch.Add(new LogRecord(LogRecordKind.Checkpoint, default) { Number = version });
        return Say(Verdict.Written, true);
    }
}
