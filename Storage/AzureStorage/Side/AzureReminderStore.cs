using Azure;
using Azure.Storage.Blobs.Models;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Side;

/// <summary>
/// Reminders, an empty blob each: all of a reminder is in its name and metadata, so that they are read by listing, without a
/// request for each. There are a few hundred: one a shard, and those that grains of the application ask for.
/// </summary>
internal sealed class AzureReminderStore(Blobs blobs) : IReminderStore
{
    private const string Prefix = "reminders/";

    public async ValueTask<IReadOnlyList<ReminderRow>> ReadRangeAsync(
        uint begin, uint end, CancellationToken cancellationToken = default)
    {
        var rows = await RowsAsync(Prefix + "r/", cancellationToken).ConfigureAwait(false);
        return rows.FindAll(row => begin < end
            ? row.GrainHash > begin && row.GrainHash <= end
            : row.GrainHash > begin || row.GrainHash <= end);
    }

    public async ValueTask<IReadOnlyList<ReminderRow>> ReadGrainAsync(
        string grainId, CancellationToken cancellationToken = default) =>
        await RowsAsync($"{Prefix}r/{Names.Hex(grainId)}/", cancellationToken).ConfigureAwait(false);

    public async ValueTask<ReminderRow?> ReadAsync(string grainId, string name, CancellationToken cancellationToken = default)
    {
        var part = await blobs.ReadAsync(Name(grainId, name), cancellationToken).ConfigureAwait(false);
        return part is null ? null : Row(part.Metadata, part.Tag);
    }

    public async ValueTask<string> UpsertAsync(ReminderRow row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var text = Convert.ToBase64String(new ByteWriter()
            .Number(row.GrainHash).Number(row.StartAt.ToUnixTimeMilliseconds()).Number((long)row.Period.TotalMilliseconds)
            .Text(row.GrainId).Text(row.Name).Written.Span);
        var version = await blobs.KeepAsync(
            Name(row.GrainId, row.Name), ReadOnlyMemory<byte>.Empty, cancellationToken,
            metadata: new Dictionary<string, string> { ["r"] = text }).ConfigureAwait(false);
        return version!.Value.Tag.ToString("H");
    }

    public async ValueTask<bool> RemoveAsync(
        string grainId, string name, string etag, CancellationToken cancellationToken = default) =>
        await blobs.DeleteAsync(Name(grainId, name), cancellationToken, new ETag(etag)).ConfigureAwait(false);

    public async ValueTask ClearAsync(CancellationToken cancellationToken = default) =>
        await blobs.DeleteAllAsync(Prefix, cancellationToken).ConfigureAwait(false);

    private static string Name(string grainId, string name) => $"{Prefix}r/{Names.Hex(grainId)}/{Names.Hex(name)}";

    private static ReminderRow Row(IDictionary<string, string> metadata, ETag tag)
    {
        if (!metadata.TryGetValue("r", out var text)) throw ByteReader.Damaged("a reminder");
        var reader = new ByteReader(Convert.FromBase64String(text));
        var (hash, start, period) = (reader.Number(), reader.Number(), reader.Number());
        var (grain, name) = (reader.Text(), reader.Text());
        return new ReminderRow(
            grain, (uint)hash, name, RunCode.Time(start), TimeSpan.FromMilliseconds(period), tag.ToString("H"));
    }

    private async Task<List<ReminderRow>> RowsAsync(string prefix, CancellationToken cancellationToken)
    {
        var rows = new List<ReminderRow>();
        await foreach (IReadOnlyList<BlobItem> page in blobs.ListAsync(prefix, cancellationToken, withMetadata: true)
            .ConfigureAwait(false))
            foreach (var item in page) rows.Add(Row(item.Metadata, item.Properties.ETag ?? default));
        return rows;
    }
}
