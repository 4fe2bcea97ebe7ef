using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>A membership table that silos of one process share, and that dies with it. Thread-safe.</summary>
internal sealed class InMemoryMembershipTable : IMembershipTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, (MembershipEntry Entry, string Tag)> _rows = [];
    private TableVersion _version = new(0, "0");
    private long _lastTag;

    public Task InitializeMembershipTable(bool tryInitTableVersion) => Task.CompletedTask;

    public Task DeleteMembershipTableEntries(string clusterId)
    {
        lock (_gate) _rows.Clear();
        return Task.CompletedTask;
    }

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        lock (_gate)
        {
            foreach (var (silo, row) in _rows.ToArray())
            {
                if (row.Entry.Status != SiloStatus.Active && row.Entry.IAmAliveTime < beforeDate.UtcDateTime) _rows.Remove(silo);
            }
        }

        return Task.CompletedTask;
    }

    public Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        lock (_gate)
        {
            return Task.FromResult(_rows.TryGetValue(key, out var row)
                ? new MembershipTableData(Tuple.Create(row.Entry.Copy(), row.Tag), _version)
                : new MembershipTableData(_version));
        }
    }

    public Task<MembershipTableData> ReadAll()
    {
        lock (_gate)
        {
            return Task.FromResult(new MembershipTableData(
                [.. _rows.Values.Select(static row => Tuple.Create(row.Entry.Copy(), row.Tag))], _version));
        }
    }

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(tableVersion);
        lock (_gate)
        {
            if (_rows.ContainsKey(entry.SiloAddress) || tableVersion.VersionEtag != _version.VersionEtag)
                return Task.FromResult(false);
            Write(entry, tableVersion);
            return Task.FromResult(true);
        }
    }

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(tableVersion);
        lock (_gate)
        {
            if (!_rows.TryGetValue(entry.SiloAddress, out var row) || row.Tag != etag
                || tableVersion.VersionEtag != _version.VersionEtag)
                return Task.FromResult(false);
            Write(entry, tableVersion);
            return Task.FromResult(true);
        }
    }

    public Task UpdateIAmAlive(MembershipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_gate)
        {
            if (_rows.TryGetValue(entry.SiloAddress, out var row)) row.Entry.IAmAliveTime = entry.IAmAliveTime;
        }

        return Task.CompletedTask;
    }

    private void Write(MembershipEntry entry, TableVersion version)
    {
        _rows[entry.SiloAddress] = (entry.Copy(), NextTag());
        _version = new TableVersion(version.Version, NextTag());
    }

    private string NextTag() => (++_lastTag).ToString(CultureInfo.InvariantCulture);
}
