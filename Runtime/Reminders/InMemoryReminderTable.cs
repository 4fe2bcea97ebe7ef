using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Reminders;

/// <summary>A reminder table that dies with the process. Thread-safe.</summary>
internal sealed class InMemoryReminderTable : IReminderTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(GrainId Grain, string Name), ReminderEntry> _rows = [];
    private long _version;

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Read(entry => entry.GrainId == grainId);

    public Task<ReminderTableData> ReadRows(uint begin, uint end) =>
        Read(entry => RingRange.Contains(begin, end, entry.GrainId.GetUniformHashCode()));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        lock (_gate) return Task.FromResult(_rows.TryGetValue((grainId, reminderName), out var row) ? Copy(row) : null);
    }

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_gate)
        {
            var row = Copy(entry);
            row.ETag = (++_version).ToString(System.Globalization.CultureInfo.InvariantCulture);
            _rows[(entry.GrainId, entry.ReminderName)] = row;
            return Task.FromResult<string?>(row.ETag);
        }
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        lock (_gate)
        {
            var same = _rows.TryGetValue((grainId, reminderName), out var row) && row.ETag == eTag;
            return Task.FromResult(same && _rows.Remove((grainId, reminderName)));
        }
    }

    public Task TestOnlyClearTable()
    {
        lock (_gate) _rows.Clear();
        return Task.CompletedTask;
    }

    private static ReminderEntry Copy(ReminderEntry entry) => new()
    {
        GrainId = entry.GrainId,
        ReminderName = entry.ReminderName,
        StartAt = entry.StartAt,
        Period = entry.Period,
        ETag = entry.ETag,
    };

    private Task<ReminderTableData> Read(Func<ReminderEntry, bool> wanted)
    {
        lock (_gate) return Task.FromResult(new ReminderTableData(_rows.Values.Where(wanted).Select(Copy)));
    }
}
