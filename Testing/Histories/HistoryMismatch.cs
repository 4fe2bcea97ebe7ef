using Orchestration.Workflows;

namespace Orchestration.Testing.Histories;

/// <summary>A history is not what a test expects; the message shows it whole.</summary>
/// <param name="message">What was expected, what is, and the history.</param>
public sealed class HistoryMismatch(string message) : OrchestrationException(message);
