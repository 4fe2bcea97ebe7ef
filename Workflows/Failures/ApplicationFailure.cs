namespace Orchestration.Workflows;

/// <summary>
/// A failure that the application raises on purpose, in activities or workflows. Any other exception that escapes an activity is
/// recorded as one, under its full type name.
/// </summary>
public sealed class ApplicationFailure : RecordedFailure
{
    /// <summary>Raises a failure.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="type">A name by which callers and retry policies know it.</param>
    /// <param name="nonRetryable">Whether another attempt would be in vain.</param>
    /// <param name="nextRetryDelay">The wait before the next attempt, instead of the policy's.</param>
    /// <param name="details">Details that callers can read.</param>
    /// <param name="inner">The cause.</param>
    public ApplicationFailure(
        string message,
        string? type = null,
        bool nonRetryable = false,
        TimeSpan? nextRetryDelay = null,
        object? details = null,
        Exception? inner = null) : base(message, inner)
    {
        Type = type ?? nameof(ApplicationFailure);
        NonRetryable = nonRetryable;
        NextRetryDelay = nextRetryDelay;
        Details = details;
    }

    /// <summary>The name by which callers and retry policies know it.</summary>
    public string Type { get; }

    /// <summary>Whether another attempt would be in vain.</summary>
    public bool NonRetryable { get; }

    /// <summary>The wait before the next attempt, instead of the policy's.</summary>
    public TimeSpan? NextRetryDelay { get; }

    /// <summary>
    /// Details given by the one who raised it; on the side that reads the failure see <see cref="RecordedFailure.Info"/>.
    /// </summary>
    public object? Details { get; }
}
