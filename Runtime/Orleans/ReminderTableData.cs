namespace Orleans;

/// <summary>Rows read from the reminder table.</summary>
[GenerateSerializer]
public sealed class ReminderTableData
{
    /// <summary>No rows.</summary>
    public ReminderTableData() => Reminders = [];

    /// <summary>One row.</summary>
    public ReminderTableData(ReminderEntry entry) => Reminders = [entry];

    /// <summary>These rows.</summary>
    public ReminderTableData(IEnumerable<ReminderEntry> list) => Reminders = [.. list];

    /// <summary>The rows.</summary>
    [Id(0)]
    public IList<ReminderEntry> Reminders { get; private set; }

    /// <summary>How many there are.</summary>
    public override string ToString() => $"[{Reminders.Count} reminders]";
}
