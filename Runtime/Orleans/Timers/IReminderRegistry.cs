using Orleans.Runtime;

namespace Orleans.Timers;

/// <summary>Registers reminders, for any grain; grains use the extension methods instead.</summary>
public interface IReminderRegistry
{
    /// <summary>Registers a reminder, or replaces the one of this name; durable when it returns.</summary>
    /// <param name="callingGrainId">The grain to be reminded; its class implements <see cref="IRemindable"/>.</param>
    /// <param name="reminderName">The name, unique for the grain.</param>
    /// <param name="dueTime">From now until the first tick; not negative.</param>
    /// <param name="period">Between ticks; at least the silo's minimum, a minute unless configured.</param>
    /// <exception cref="ArgumentException">Name, due time or period are out of range.</exception>
    Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period);

    /// <summary>Removes a reminder; a tick that is under way still arrives.</summary>
    /// <exception cref="ReminderException">It was replaced or removed meanwhile.</exception>
    Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder);

    /// <summary>A reminder by name; null where there is none.</summary>
    Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName);

    /// <summary>All reminders of a grain.</summary>
    Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId);
}
