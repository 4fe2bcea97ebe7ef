namespace Orchestration.Workflows;

/// <summary>An activity ended without a result and is not retried. The cause is the inner exception.</summary>
public class ActivityFailed : RecordedFailure
{
    internal ActivityFailed(string activityType, int attempts, string message, Exception? cause) : base(message, cause)
    {
        ActivityType = activityType;
        Attempts = attempts;
    }

    /// <summary>The activity's name.</summary>
    public string ActivityType { get; }

    /// <summary>How many attempts were made.</summary>
    public int Attempts { get; }
}
