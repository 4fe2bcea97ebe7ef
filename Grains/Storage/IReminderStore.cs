namespace Orchestration.Grains.Storage;

/// <summary>Where durable reminders are kept. Thread-safe.</summary>
public interface IReminderStore
{
    /// <summary>The reminders whose grain hash lies in (begin, end], a ring range: begin &gt;= end wraps around.</summary>
    ValueTask<IReadOnlyList<ReminderRow>> ReadRangeAsync(uint begin, uint end, CancellationToken cancellationToken = default);

    /// <summary>The reminders of one grain.</summary>
    ValueTask<IReadOnlyList<ReminderRow>> ReadGrainAsync(string grainId, CancellationToken cancellationToken = default);

    /// <summary>One reminder; null where there is none.</summary>
    ValueTask<ReminderRow?> ReadAsync(string grainId, string name, CancellationToken cancellationToken = default);

    /// <summary>Writes a reminder, whatever was there.</summary>
    /// <returns>Its new tag.</returns>
    ValueTask<string> UpsertAsync(ReminderRow row, CancellationToken cancellationToken = default);

    /// <summary>Removes a reminder if it still has the tag.</summary>
    /// <returns>Whether it was removed.</returns>
    ValueTask<bool> RemoveAsync(string grainId, string name, string etag, CancellationToken cancellationToken = default);

    /// <summary>Removes all. For tests.</summary>
    ValueTask ClearAsync(CancellationToken cancellationToken = default);
}

/// <summary>A durable reminder.</summary>
/// <param name="GrainId">The grain.</param>
/// <param name="GrainHash">The grain's place on the ring.</param>
/// <param name="Name">The reminder's name.</param>
/// <param name="StartAt">Its first tick.</param>
/// <param name="Period">The time between ticks.</param>
/// <param name="ETag">Changes with every write.</param>
public sealed record ReminderRow(string GrainId, uint GrainHash, string Name, DateTimeOffset StartAt, TimeSpan Period,
    string ETag);
