using Orleans.Runtime;

namespace Orleans;

/// <summary>Implemented by grain classes that register reminders.</summary>
public interface IRemindable : IGrain, IAddressable
{
    /// <summary>Called, as a call to the grain, at each tick of a reminder. An error is logged; the reminder goes on.</summary>
    /// <param name="reminderName">The name it was registered under.</param>
    /// <param name="status">When it was due.</param>
    Task ReceiveReminder(string reminderName, TickStatus status);
}
