namespace Orchestration.Workflows;

/// <summary>
/// The silo takes no more starts for the moment. Nothing was written; try again after <see cref="RetryAfter"/>.
/// </summary>
public sealed class SlowDown(TimeSpan retryAfter)
    : ApiFailure($"The silo is at its capacity; try again after {retryAfter.TotalSeconds:0.##} s.")
{
    /// <summary>How long to wait.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
