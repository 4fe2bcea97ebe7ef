namespace Orchestration.Workflows;

/// <summary>A time limit ran out.</summary>
public sealed class TimedOut : RecordedFailure
{
    internal TimedOut(TimeoutKind kind, string message, Exception? inner = null) : base(message, inner) => Kind = kind;

    /// <summary>Which limit.</summary>
    public TimeoutKind Kind { get; }
}
