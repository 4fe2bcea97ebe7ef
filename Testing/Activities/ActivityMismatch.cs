using Orchestration.Workflows;

namespace Orchestration.Testing.Activities;

/// <summary>A mocked activity was not called as a test expects.</summary>
/// <param name="message">What was expected, and what was.</param>
public sealed class ActivityMismatch(string message) : OrchestrationException(message);
