using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Side;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>Reads a container of the form <see cref="AzureStorageForm.BlobPerRun"/> from end to end.</summary>
internal sealed class BlobPerRunReader(BlobPerRunStore store, Blobs blobs) : IDataSetReader
{
    private const string Instances = "instances/";
    private const int AtOnce = 32;

    public async IAsyncEnumerable<DataSetRun> ReadRunsAsync(
        string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var page in blobs.ListAsync(Instances, cancellationToken).ConfigureAwait(false))
        {
            var names = page.Select(static item => item.Name).Where(
                name => after is null || string.CompareOrdinal(name[Instances.Length..], after) > 0);
            foreach (var some in names.Chunk(AtOnce))
            {
                var found = await Task.WhenAll(some.Select(name => InstanceAsync(name, cancellationToken)))
                    .ConfigureAwait(false);
                foreach (var run in found.SelectMany(static runs => runs)) yield return run;
            }
        }
    }

    public async ValueTask<IReadOnlyList<HeartbeatRecord>> ReadHeartbeatsAsync(
        StoreKey key, CancellationToken cancellationToken = default)
    {
        var beats = new List<HeartbeatRecord>();
        await foreach (var page in blobs.ListAsync(RunNames.Beats(key), cancellationToken).ConfigureAwait(false))
            foreach (var item in page)
                if (await blobs.ReadAsync(item.Name, cancellationToken).ConfigureAwait(false) is { } part) beats.Add(Read(part));
        beats.Sort(static (a, b) => a.Command.CompareTo(b.Command));
        return beats;
    }

    public IAsyncEnumerable<DataSetState> ReadStatesAsync(CancellationToken cancellationToken = default) =>
        AzureStates.ReadAsync(blobs, cancellationToken);

    private static HeartbeatRecord Read(BlobPart part)
    {
        var reader = new ByteReader(part.Content.Span);
        return RunCode.ReadHeartbeat(ref reader);
    }

    private async Task<List<DataSetRun>> InstanceAsync(string name, CancellationToken cancellationToken)
    {
        var runs = new List<DataSetRun>();
        if (await InstanceFile.ReadAsync(blobs, name, cancellationToken).ConfigureAwait(false) is not { } instance) return runs;
        foreach (var run in instance.Runs.Where(static run => !run.IsPurging))
            if (await store.RecordAsync(instance.Key, run, cancellationToken).ConfigureAwait(false) is { } record)
                runs.Add(new DataSetRun(record, name[Instances.Length..]));
        return runs;
    }
}
