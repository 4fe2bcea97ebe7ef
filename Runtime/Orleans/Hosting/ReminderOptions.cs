namespace Orleans.Hosting;

/// <summary>Limits of the reminder service.</summary>
public sealed class ReminderOptions
{
    /// <summary>The least period of a reminder; one minute unless set.</summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the table is read anew, which repairs what a failed read missed; five minutes unless set.</summary>
    public TimeSpan RefreshReminderListPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the first read of the table may take when the silo starts; five minutes unless set.</summary>
    public TimeSpan InitializationTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
