using Orleans.Runtime;
using Orleans.Timers;

namespace Orchestration.Testing.Hosting;

/// <summary>
/// Reminders that never come. The engine keeps them only to bring its recovery back where a silo died and no other was left to
/// notice; here whoever kills a silo starts the next one.
/// </summary>
internal sealed class NoReminders : IReminderRegistry
{
    public Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime,
        TimeSpan period) => Task.FromResult<IGrainReminder>(new Reminder(reminderName));

    public Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder) => Task.CompletedTask;

    public Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName) =>
        Task.FromResult<IGrainReminder?>(new Reminder(reminderName));

    public Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) => Task.FromResult(new List<IGrainReminder>());

    private sealed record Reminder(string ReminderName) : IGrainReminder;
}
