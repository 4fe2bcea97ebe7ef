using Orchestration.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Hosting;

/// <summary>Orleans' reminder table over the store that also keeps the histories.</summary>
internal sealed class StoreReminderTable(IReminderStore store) : IReminderTable
{
    public async Task<ReminderTableData> ReadRows(GrainId grainId) => ToTable(await store.ReadGrainAsync(grainId.ToString()));

    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => ToTable(await store.ReadRangeAsync(begin, end));

    // Orleans' own interface promises a row; its callers treat a missing one as none.
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        await store.ReadAsync(grainId.ToString(), reminderName) is { } row ? ToEntry(row) : null;

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var row = new ReminderRow(
            entry.GrainId.ToString(), entry.GrainId.GetUniformHashCode(), entry.ReminderName, new DateTimeOffset(entry.StartAt,
                TimeSpan.Zero), entry.Period, "");
        return await store.UpsertAsync(row);
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        await store.RemoveAsync(grainId.ToString(), reminderName, eTag);

    public async Task TestOnlyClearTable() => await store.ClearAsync();

    private static ReminderTableData ToTable(IReadOnlyList<ReminderRow> rows) => new(rows.Select(ToEntry));

    private static ReminderEntry ToEntry(ReminderRow row) => new()
    {
        GrainId = GrainId.Parse(row.GrainId),
        ReminderName = row.Name,
        StartAt = row.StartAt.UtcDateTime,
        Period = row.Period,
        ETag = row.ETag,
    };
}
