namespace Orchestration.Storage.AzureStorage;

/// <summary>How a data set keeps its histories. docs/azure.md weighs the two.</summary>
public enum AzureStorageForm
{
    /// <summary>
    /// Runs share logs: a block holds many runs' turns, and a flusher moves them to packs. A small part of a request a turn.
    /// </summary>
    SharedLog = 0,

    /// <summary>An append blob a run: a request a turn, more where the summary changes; nothing is held in common.</summary>
    BlobPerRun = 1,
}
