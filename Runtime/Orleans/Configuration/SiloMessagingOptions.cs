namespace Orleans.Configuration;

/// <summary>Limits of calls within and between silos.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>The value of <see cref="MaxEnqueuedRequestsHardLimit"/> unless set.</summary>
    public const int DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT = 0;

    /// <summary>
    /// How many calls may wait for one activation before further ones fail with a
    /// <see cref="Orleans.Runtime.LimitExceededException"/>; 0 leaves only the runtime's own ceiling of 100,000.
    /// </summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; } = DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT;

    /// <summary>The value of <see cref="MaxRequestProcessingTime"/> unless set: two hours.</summary>
    public static readonly TimeSpan DEFAULT_MAX_REQUEST_PROCESSING_TIME = TimeSpan.FromHours(2);

    /// <summary>
    /// How long a call may be under way before its activation counts as stuck. Here: how long a turn may hold its thread before
    /// the activation is left behind with it, and further calls find another one.
    /// </summary>
    public TimeSpan MaxRequestProcessingTime { get; set; } = DEFAULT_MAX_REQUEST_PROCESSING_TIME;

    /// <summary>How often a call may be passed on from an activation that ends to a new one; 2 unless set.</summary>
    public int MaxForwardCount { get; set; } = 2;
}
