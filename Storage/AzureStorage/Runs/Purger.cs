using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// Removes closed runs: first the instance says that the run is going, and from then on it is not there for anybody; then its
/// blobs go, then its name. A purge that was cut short is finished by the next one of any run of the instance.
/// </summary>
internal sealed class Purger(BlobPerRunStore store, Blobs blobs, RunWriter writer)
{
    public async Task<bool> PurgeAsync(StoreKey key)
    {
        while (true)
        {
            var instance = await InstanceFile.ReadAsync(blobs, key.Key, CancellationToken.None).ConfigureAwait(false);
            if (instance.Find(key.RunId) is not { } run)
            {
                await FinishAsync(instance).ConfigureAwait(false);
                return false;
            }

            var record = await store.RecordAsync(key.Key, run, CancellationToken.None).ConfigureAwait(false);
            if (record is { Summary.State: not RunState.Closed }) return false;
            instance.Runs[instance.Runs.IndexOf(run)] = run with { IsPurging = true };
            if (!await instance.SaveAsync(blobs, CancellationToken.None).ConfigureAwait(false)) continue;
            var marked = await InstanceFile.ReadAsync(blobs, key.Key, CancellationToken.None).ConfigureAwait(false);
            await FinishAsync(marked).ConfigureAwait(false);
            return true;
        }
    }

    private async Task FinishAsync(InstanceFile instance)
    {
        while (instance.Runs.Exists(static run => run.IsPurging))
        {
            foreach (var run in instance.Runs.Where(static run => run.IsPurging)) await RemoveAsync(instance, run).ConfigureAwait(
                false);
            instance.Runs.RemoveAll(static run => run.IsPurging);
            if (await instance.SaveAsync(blobs, CancellationToken.None).ConfigureAwait(false)) return;
            instance = await InstanceFile.ReadAsync(blobs, instance.Key, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(InstanceFile instance, InstanceRun run)
    {
        var key = new StoreKey(instance.Key, run.Id);
        await Task.WhenAll(
            writer.DeleteAsync([RunNames.ListEntry(key, run.Handle, run.StartedAt)], CancellationToken.None),
            blobs.DeleteAllAsync(RunNames.Histories(key), CancellationToken.None),
            blobs.DeleteAllAsync(RunNames.Bodies(key), CancellationToken.None),
            blobs.DeleteAllAsync(RunNames.Beats(key), CancellationToken.None)).ConfigureAwait(false);
    }
}
