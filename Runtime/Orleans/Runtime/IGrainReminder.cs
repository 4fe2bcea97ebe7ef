namespace Orleans.Runtime;

/// <summary>A registered reminder; good for unregistering it.</summary>
public interface IGrainReminder
{
    /// <summary>The name it was registered under.</summary>
    string ReminderName { get; }
}
