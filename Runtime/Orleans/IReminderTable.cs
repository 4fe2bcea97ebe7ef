using Orleans.Runtime;

namespace Orleans;

/// <summary>The durable table of reminders. Thread-safe; shared by all silos.</summary>
public interface IReminderTable
{
    /// <summary>Opens the table when the silo starts.</summary>
    Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>All reminders of a grain.</summary>
    Task<ReminderTableData> ReadRows(GrainId grainId);

    /// <summary>
    /// All reminders of grains whose uniform hash is in (<paramref name="begin"/>, <paramref name="end"/>]; where begin is not
    /// less than end, those above begin or up to end; where they are equal, all.
    /// </summary>
    Task<ReminderTableData> ReadRows(uint begin, uint end);

    /// <summary>One reminder; null where there is none.</summary>
    Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName);

    /// <summary>Writes a reminder over what is there and returns its new version.</summary>
    Task<string?> UpsertRow(ReminderEntry entry);

    /// <summary>Removes a reminder if it is of the given version; false where it is not, or is not there.</summary>
    Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);

    /// <summary>Empties the table; for tests.</summary>
    Task TestOnlyClearTable();

    /// <summary>Closes the table when the silo has stopped.</summary>
    Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
