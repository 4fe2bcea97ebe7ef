namespace Orchestration.Workflows;

/// <summary>A call, a timer, a wait or a run was cancelled.</summary>
public sealed class Canceled : RecordedFailure
{
    internal Canceled(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
