using System.Globalization;
using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Log.Tables;
using Orchestration.Storage.AzureStorage.Side;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// Reads a container of the form <see cref="AzureStorageForm.SharedLog"/> from end to end. What the logs hold is moved to tables
/// first, and the tables are read.
/// </summary>
internal sealed class SharedLogReader(SharedLogStore store, Blobs blobs) : IDataSetReader
{
    public async IAsyncEnumerable<DataSetRun> ReadRunsAsync(
        string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await store.FlushAsync().ConfigureAwait(false);
        var (first, from) = Place(after);
        for (var number = first; number < store.Logs.Count; number++, from = TableKeys.OfInstance(0))
        {
            var instance = new List<RunEntry>();
            UInt128? hash = null;
            var tables = store.Logs[number].Read(static memory => memory.Tables);
            await foreach (var entry in tables.ScanAsync(from, TableKeys.AfterRuns).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var next = TableKeys.InstanceOf(entry.Key);
                if (hash is { } last && last != next)
                    foreach (var run in InOrder(instance, number, last)) yield return run;
                hash = next;
                instance.Add(RunEntry.Read(entry.Value));
            }

            if (hash is { } end)
                foreach (var run in InOrder(instance, number, end)) yield return run;
        }
    }

    public async ValueTask<IReadOnlyList<HeartbeatRecord>> ReadHeartbeatsAsync(
        StoreKey key, CancellationToken cancellationToken = default) =>
        await store.HeartbeatsAsync(key).ConfigureAwait(false);

    public IAsyncEnumerable<DataSetState> ReadStatesAsync(CancellationToken cancellationToken = default) =>
        AzureStates.ReadAsync(blobs, cancellationToken);

    private static IEnumerable<DataSetRun> InOrder(List<RunEntry> instance, int log, UInt128 hash)
    {
        var runs = instance.OrderBy(static entry => entry.Info.Ordinal).Select(static e => e.Info.ToRecord(e.Stand)).ToArray();
        instance.Clear();
        var cursor = string.Create(CultureInfo.InvariantCulture, $"{log}.{hash:x32}");
        return runs.Select(run => new DataSetRun(run, cursor));
    }

    private static (int Log, byte[] From) Place(string? after)
    {
        if (after is null) return (0, TableKeys.OfInstance(0));
        var dot = after.IndexOf('.', StringComparison.Ordinal);
        var hash = UInt128.Parse(after.AsSpan(dot + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (int.Parse(after.AsSpan(0, dot), CultureInfo.InvariantCulture),
            TableKeys.Behind(TableKeys.OfInstance(hash)) ?? throw ByteReader.Damaged("a cursor"));
    }
}
