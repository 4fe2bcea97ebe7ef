using Orleans.Runtime;

namespace Orchestration.Runtime.Reminders;

/// <summary>A registered reminder, as the grain holds it.</summary>
internal sealed record ReminderHandle(GrainId Grain, string ReminderName, string? ETag) : IGrainReminder;
