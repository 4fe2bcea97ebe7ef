using System.Collections.Concurrent;
using System.Globalization;

namespace Orchestration.Grains.Storage.InMemory;

/// <summary>Reminders in this process's memory. Thread-safe.</summary>
public sealed class InMemoryReminderStore : IReminderStore
{
    private readonly ConcurrentDictionary<(string Grain, string Name), ReminderRow> _rows = new();
    private long _lastTag;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReminderRow>> ReadRangeAsync(uint begin, uint end,
        CancellationToken cancellationToken = default) =>
        Read(row => begin < end ? row.GrainHash > begin && row.GrainHash <= end : row.GrainHash > begin || row.GrainHash <= end,
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReminderRow>> ReadGrainAsync(string grainId, CancellationToken cancellationToken = default) =>
        Read(row => row.GrainId == grainId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ReminderRow?> ReadAsync(string grainId, string name, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_rows.GetValueOrDefault((grainId, name)));
    }

    /// <inheritdoc/>
    public ValueTask<string> UpsertAsync(ReminderRow row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        cancellationToken.ThrowIfCancellationRequested();
        var tag = Interlocked.Increment(ref _lastTag).ToString(CultureInfo.InvariantCulture);
        _rows[(row.GrainId, row.Name)] = row with { ETag = tag };
        return ValueTask.FromResult(tag);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string grainId, string name, string etag, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var removed = _rows.TryGetValue((grainId, name), out var row) && row.ETag == etag
            && _rows.TryRemove(KeyValuePair.Create((grainId, name), row));
        return ValueTask.FromResult(removed);
    }

    /// <inheritdoc/>
    public ValueTask ClearAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _rows.Clear();
        return ValueTask.CompletedTask;
    }

    private ValueTask<IReadOnlyList<ReminderRow>> Read(Func<ReminderRow, bool> wanted, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rows = new List<ReminderRow>();
        foreach (var (_, row) in _rows)
            if (wanted(row)) rows.Add(row);

        // Hashes of strings differ from process to process, and what order reminders are read in decides who ticks first.
        rows.Sort(static (one, other) => string.CompareOrdinal(one.GrainId, other.GrainId) is not 0 and var order
            ? order : string.CompareOrdinal(one.Name, other.Name));
        return ValueTask.FromResult<IReadOnlyList<ReminderRow>>(rows);
    }
}
