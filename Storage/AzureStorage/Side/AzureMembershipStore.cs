using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Side;

/// <summary>
/// Members: a blob a cluster holds its version and all members, so that a change is one conditional write of that blob, and a
/// read is one request. Signs of life have blobs of their own: they come often, are unconditional, and touch neither version nor
/// tag.
/// </summary>
internal sealed class AzureMembershipStore(Blobs blobs) : IMembershipStore
{
    public ValueTask<MembershipRows> ReadAsync(string cluster, CancellationToken cancellationToken = default)
    {
        StoreRequests.CheckCluster(cluster);
        return ReadRowsAsync(cluster, cancellationToken);
    }

    public async ValueTask<MembershipRows> ReadAsync(string cluster, string silo, CancellationToken cancellationToken = default)
    {
        var rows = await ReadAsync(cluster, cancellationToken).ConfigureAwait(false);
        return rows with { Members = [.. rows.Members.Where(row => row.Silo == silo)] };
    }

    public ValueTask<bool> InsertAsync(
        string cluster, MemberRow row, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return ChangeAsync(
            cluster, row.Silo, row.AliveAt,
            table => table.Version == version && !table.Rows.ContainsKey(row.Silo) && table.Write(row), cancellationToken);
    }

    public ValueTask<bool> UpdateAsync(
        string cluster, MemberRow row, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return ChangeAsync(
            cluster, row.Silo, row.AliveAt,
            table => table.Version == version && table.Rows.TryGetValue(row.Silo, out var now) && now.ETag == row.ETag
                && table.Write(row),
            cancellationToken);
    }

    public async ValueTask BeatAsync(
        string cluster, string silo, DateTimeOffset aliveAt, CancellationToken cancellationToken = default)
    {
        StoreRequests.CheckCluster(cluster);
        await blobs.KeepAsync(
            BeatName(cluster, silo), ReadOnlyMemory<byte>.Empty, cancellationToken, metadata: Beat(aliveAt))
            .ConfigureAwait(false);
    }

    public async ValueTask<int> PurgeAsync(
        string cluster, DateTimeOffset before, int exceptStatus, CancellationToken cancellationToken = default)
    {
        StoreRequests.CheckCluster(cluster);
        while (true)
        {
            var (table, version) = await LoadAsync(cluster, cancellationToken).ConfigureAwait(false);
            await AddBeatsAsync(cluster, table, cancellationToken).ConfigureAwait(false);
            var limit = before.ToUnixTimeMilliseconds();
            var old = table.Rows.Values.Where(row => row.Status != exceptStatus && row.AliveAt.ToUnixTimeMilliseconds() < limit)
                .ToArray();
            if (old.Length == 0) return 0;
            foreach (var row in old) table.Rows.Remove(row.Silo);
            if (await SaveAsync(cluster, table, version, cancellationToken).ConfigureAwait(false) is null) continue;
            foreach (var row in old)
                await blobs.DeleteAsync(BeatName(cluster, row.Silo), cancellationToken).ConfigureAwait(false);
            return old.Length;
        }
    }

    public async ValueTask ClearAsync(string cluster, CancellationToken cancellationToken = default)
    {
        StoreRequests.CheckCluster(cluster);
        while (true)
        {
            var (table, before) = await LoadAsync(cluster, cancellationToken).ConfigureAwait(false);
            table.Rows.Clear();
            table.Version++;
            if (await SaveAsync(cluster, table, before, cancellationToken).ConfigureAwait(false) is null) continue;
            await blobs.DeleteAllAsync(BeatPrefix(cluster), cancellationToken).ConfigureAwait(false);
            return;
        }
    }

    private static string Name(string cluster) => $"members/{Names.Hex(cluster)}/table";

    private static string BeatPrefix(string cluster) => $"members/{Names.Hex(cluster)}/alive/";

    private static string BeatName(string cluster, string silo) => BeatPrefix(cluster) + Names.Hex(silo);

    private static Dictionary<string, string> Beat(DateTimeOffset aliveAt) => new()
    {
        ["t"] = aliveAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
    };

    private async ValueTask<MembershipRows> ReadRowsAsync(string cluster, CancellationToken cancellationToken)
    {
        var (table, _) = await LoadAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (table.Rows.Count > 0) await AddBeatsAsync(cluster, table, cancellationToken).ConfigureAwait(false);
        return new MembershipRows(table.Version, [.. table.Rows.Values]);
    }

    private async ValueTask<bool> ChangeAsync(
        string cluster, string silo, DateTimeOffset aliveAt, Func<Table, bool> change, CancellationToken cancellationToken)
    {
        StoreRequests.CheckCluster(cluster);
        var (table, before) = await LoadAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (!change(table)) return false;
        if (await SaveAsync(cluster, table, before, cancellationToken).ConfigureAwait(false) is null) return false;

        // The row has its own sign of life; an older one beside it would hide it.
        await blobs.KeepAsync(
            BeatName(cluster, silo), ReadOnlyMemory<byte>.Empty, cancellationToken, metadata: Beat(aliveAt))
            .ConfigureAwait(false);
        return true;
    }

    private async Task<(Table Table, BlobVersion? Version)> LoadAsync(string cluster, CancellationToken cancellationToken)
    {
        var part = await blobs.ReadAsync(Name(cluster), cancellationToken).ConfigureAwait(false);
        return part is null ? (new Table(), null) : (Table.Read(part.Content.Span), part.Version);
    }

    private Task<BlobVersion?> SaveAsync(
        string cluster, Table table, BlobVersion? before, CancellationToken cancellationToken) =>
        blobs.KeepAsync(Name(cluster), table.ToBytes(cluster), cancellationToken, before, onlyNew: before is null);

    private async Task AddBeatsAsync(string cluster, Table table, CancellationToken cancellationToken)
    {
        var prefix = BeatPrefix(cluster);
        var beats = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var page in blobs.ListAsync(prefix, cancellationToken, withMetadata: true).ConfigureAwait(false))
        {
            foreach (var item in page)
                if (item.Metadata.TryGetValue("t", out var text)
                    && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at))
                    beats[item.Name[prefix.Length..]] = at;
        }

        foreach (var row in table.Rows.Values.ToArray())
            if (beats.TryGetValue(Names.Hex(row.Silo), out var at))
                table.Rows[row.Silo] = row with { AliveAt = RunCode.Time(at) };
    }

    private sealed class Table
    {
        private const byte Format = 1;

        public SortedDictionary<string, MemberRow> Rows { get; } = new(StringComparer.Ordinal);

        public long Version { get; set; }

        public static Table Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new ByteReader(bytes);
            if (reader.Byte() != Format) throw ByteReader.Damaged("a membership table");
            reader.Text();
            var table = new Table { Version = reader.Number() };
            while (!reader.AtEnd)
            {
                var row = new MemberRow(
                    reader.Text(), (int)reader.Number(), RunCode.Time(reader.Number()), reader.Text(), reader.Text());
                table.Rows[row.Silo] = row;
            }

            return table;
        }

        public bool Write(MemberRow row)
        {
            Version++;
            Rows[row.Silo] = row with
            {
                AliveAt = RunCode.Time(row.AliveAt.ToUnixTimeMilliseconds()),
                ETag = Version.ToString(CultureInfo.InvariantCulture),
            };
            return true;
        }

        public byte[] ToBytes(string cluster)
        {
            var writer = new ByteWriter().Byte(Format).Text(cluster).Number(Version);
            foreach (var row in Rows.Values)
                writer.Text(row.Silo).Number(row.Status).Number(row.AliveAt.ToUnixTimeMilliseconds()).Text(row.Details)
                    .Text(row.ETag);
            return writer.ToArray();
        }
    }
}
