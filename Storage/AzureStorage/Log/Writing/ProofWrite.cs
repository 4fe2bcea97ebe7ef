namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>Writes nothing; answered once memory is known to be that of the log's end.</summary>
internal sealed class ProofWrite() : LogWrite<bool>(default)
{
    public override Verdict Judge(Batch batch) => Say(Verdict.Misfit, true);
}
