using System.Globalization;

namespace Orchestration.Grains.Storage.InMemory;

/// <summary>Members in this process's memory, for silos that share it. Thread-safe.</summary>
public sealed class InMemoryMembershipStore : IMembershipStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Table> _clusters = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<MembershipRows> ReadAsync(string cluster, CancellationToken cancellationToken = default) =>
        With(cluster, static table => new MembershipRows(table.Version, [.. table.Rows.Values]), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<MembershipRows> ReadAsync(string cluster, string silo, CancellationToken cancellationToken = default) =>
        With(
            cluster, table => new MembershipRows(table.Version, table.Rows.TryGetValue(silo, out var row) ? [row] : []),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> InsertAsync(
        string cluster, MemberRow row, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return With(
            cluster, table => table.Version == version && !table.Rows.ContainsKey(row.Silo) && table.Write(row),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> UpdateAsync(
        string cluster, MemberRow row, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return With(
            cluster,
            table => table.Version == version && table.Rows.TryGetValue(row.Silo, out var now) && now.ETag == row.ETag
                && table.Write(row),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask BeatAsync(
        string cluster, string silo, DateTimeOffset aliveAt, CancellationToken cancellationToken = default) =>
        await With(
            cluster,
            table =>
            {
                if (!table.Rows.TryGetValue(silo, out var row)) return false;
                table.Rows[silo] = row with { AliveAt = Whole(aliveAt) };
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> PurgeAsync(
        string cluster, DateTimeOffset before, int exceptStatus, CancellationToken cancellationToken = default) =>
        With(
            cluster,
            table =>
            {
                var old = table.Rows.Values.Where(row => row.Status != exceptStatus && row.AliveAt < Whole(before)).ToArray();
                foreach (var row in old) table.Rows.Remove(row.Silo);
                return old.Length;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ClearAsync(string cluster, CancellationToken cancellationToken = default) =>
        await With(
            cluster,
            static table =>
            {
                table.Rows.Clear();
                return ++table.Version;
            },
            cancellationToken);

    private static DateTimeOffset Whole(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private ValueTask<T> With<T>(string cluster, Func<Table, T> work, CancellationToken cancellationToken)
    {
        StoreRequests.CheckCluster(cluster);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_clusters.TryGetValue(cluster, out var table)) _clusters[cluster] = table = new Table();
            return ValueTask.FromResult(work(table));
        }
    }

    private sealed class Table
    {
        public SortedDictionary<string, MemberRow> Rows { get; } = new(StringComparer.Ordinal);

        public long Version { get; set; }

        public bool Write(MemberRow row)
        {
            Version++;
            Rows[row.Silo] = row with
            {
                AliveAt = Whole(row.AliveAt),
                ETag = Version.ToString(CultureInfo.InvariantCulture),
            };
            return true;
        }
    }
}
