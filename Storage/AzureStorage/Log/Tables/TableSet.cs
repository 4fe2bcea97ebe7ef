using System.Runtime.CompilerServices;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Log.Tables;

/// <summary>
/// The tables of one manifest, newest first. Where several have a key, the newest one's entry counts. Immutable.
/// </summary>
internal sealed class TableSet(Manifest manifest, IReadOnlyList<Table> tables)
{
    public Manifest Manifest { get; } = manifest;

    public IReadOnlyList<Table> Tables { get; } = tables;

    /// <summary>Opens a manifest's tables; those that an older set has open are taken over.</summary>
    public static async Task<TableSet> OpenAsync(
        Blobs blobs, PageCache pages, LogNames names, Manifest manifest, TableSet? older)
    {
        var tables = await Task.WhenAll(manifest.Tables.Select(
            file => older?.Tables.FirstOrDefault(t => t.File == file) is { } open
                ? Task.FromResult(open) : Table.OpenAsync(blobs, pages, names, file))).ConfigureAwait(false);
        return new TableSet(manifest, tables);
    }

    /// <summary>The live entries whose keys begin so, of one instance, passing over tables that do not have it.</summary>
    public async Task<List<TableEntry>> LookUpAsync(byte[] prefix)
    {
        var hash = TableKeys.Filtered(prefix).ToArray();
        var found = Tables.Where(table => table.MayHave(hash)).ToArray();
        var entries = new List<TableEntry>();
        if (found.Length == 0) return entries;
        await foreach (var entry in MergeAsync(
            found.Select(table => table.ScanAsync(prefix, TableKeys.Behind(prefix))).ToArray(), keepGone: false)
            .ConfigureAwait(false)) entries.Add(entry);
        return entries;
    }

    /// <summary>Whether no table can have anything of the instance: told without a request.</summary>
    public bool IsUnknown(ReadOnlySpan<byte> hash)
    {
        foreach (var table in Tables)
            if (table.MayHave(hash)) return false;
        return true;
    }

    public IAsyncEnumerable<TableEntry> ScanAsync(byte[] from, byte[]? before) =>
        MergeAsync(Tables.Select(table => table.ScanAsync(from, before)).ToArray(), keepGone: false);

    /// <summary>Entries of several sources in one order; of one key, the entry of the first source that has it.</summary>
    public static async IAsyncEnumerable<TableEntry> MergeAsync(
        IReadOnlyList<IAsyncEnumerable<TableEntry>> sources, bool keepGone,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var heads = new List<IAsyncEnumerator<TableEntry>>();
        try
        {
            foreach (var source in sources)
            {
                var head = source.GetAsyncEnumerator(cancellationToken);
                if (await head.MoveNextAsync().ConfigureAwait(false)) heads.Add(head);
                else await head.DisposeAsync().ConfigureAwait(false);
            }

            while (heads.Count > 0)
            {
                var least = heads[0].Current;
                for (var i = 1; i < heads.Count; i++)
                    if (TableEntry.ByKey(heads[i].Current, least) < 0) least = heads[i].Current;
                for (var i = heads.Count - 1; i >= 0; i--)
                {
                    if (!heads[i].Current.Key.AsSpan().SequenceEqual(least.Key)
                        || await heads[i].MoveNextAsync().ConfigureAwait(false)) continue;
                    await heads[i].DisposeAsync().ConfigureAwait(false);
                    heads.RemoveAt(i);
                }

                if (least.Value is not null || keepGone) yield return least;
            }
        }
        finally
        {
            foreach (var head in heads) await head.DisposeAsync().ConfigureAwait(false);
        }
    }
}
