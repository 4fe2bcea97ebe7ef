namespace Orchestration.Workflows;

/// <summary>
/// The silo that ran the attempt is gone, so whether it took effect is unknown; recorded where the policy allows no further
/// attempt.
/// </summary>
public sealed class ActivityLost : RecordedFailure
{
    internal ActivityLost(string message) : base(message)
    {
    }
}
