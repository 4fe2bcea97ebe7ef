namespace Orchestration.Workflows;

/// <summary>
/// A failure that is part of a run's history: workflow code sees the same one on every replay. One that escapes workflow code
/// fails the run.
/// </summary>
public abstract class RecordedFailure : OrchestrationException
{
    private protected RecordedFailure(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>The failure as it is stored, where it came from storage.</summary>
    public FailureInfo? Info { get; internal init; }

    /// <summary>The stack trace where the failure arose, as text; null where there is none.</summary>
    public string? OriginalStackTrace => Info?.StackTrace;
}
