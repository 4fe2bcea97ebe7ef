namespace Orchestration.Storage.AzureStorage;

/// <summary>How a data set keeps its histories.</summary>
public enum AzureStorageForm
{
    /// <summary>An append blob a run: a request a turn, more where the summary changes; nothing is held in common.</summary>
    BlobPerRun = 1,
}
