using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>Checked options of activity calls, as they are recorded.</summary>
/// <param name="Settings">What is recorded.</param>
/// <param name="Token">What cancels the calls; null: the run's own cancellation.</param>
internal sealed record ActivityCalls(ActivitySettings Settings, CancellationToken? Token)
{
    private const int MaximumHeaders = 64;
    private const int MaximumHeader = 4096;

    /// <summary>The longest back-off in memory, of local calls; null for others.</summary>
    public TimeSpan? LongestBackOff { get; private init; }

    /// <summary>Whether they are local.</summary>
    public bool IsLocal => LongestBackOff is not null;

    /// <summary>What is sent along for interceptors.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Reads the options of local calls.</summary>
    /// <exception cref="InvalidRequest">They cannot be followed.</exception>
    public static ActivityCalls Of(LocalActivityOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.LocalRetryThreshold < TimeSpan.Zero)
            throw new InvalidRequest(
                $"{nameof(options.LocalRetryThreshold)} is {options.LocalRetryThreshold}; it must not be less than zero.");
        return Of(new ActivityOptions
        {
            StartToCloseTimeout = options.StartToCloseTimeout,
            ScheduleToCloseTimeout = options.ScheduleToCloseTimeout,
            Retry = options.Retry,
            CancellationType = options.CancellationType,
            CancellationToken = options.CancellationToken,
            Headers = options.Headers,
        }) with
        { LongestBackOff = options.LocalRetryThreshold };
    }

    /// <summary>Reads options.</summary>
    /// <exception cref="InvalidRequest">They cannot be followed.</exception>
    public static ActivityCalls Of(ActivityOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.StartToCloseTimeout is null && options.ScheduleToCloseTimeout is null)
            throw new InvalidRequest(
                "Activity options need StartToCloseTimeout, ScheduleToCloseTimeout or both: without a limit a lost "
                + "attempt would never be noticed.");
        var retry = options.Retry ?? RetryPolicy.Default;
        Check(retry);
        return new ActivityCalls(
            new ActivitySettings
            {
                StartToClose = Positive(options.StartToCloseTimeout, nameof(options.StartToCloseTimeout)),
                ScheduleToClose = Positive(options.ScheduleToCloseTimeout, nameof(options.ScheduleToCloseTimeout)),
                ScheduleToStart = Positive(options.ScheduleToStartTimeout, nameof(options.ScheduleToStartTimeout)),
                Heartbeat = Positive(options.HeartbeatTimeout, nameof(options.HeartbeatTimeout)),
                Retry = ReferenceEquals(retry, RetryPolicy.Default) || retry.Equals(RetryPolicy.Default) ? null : retry,
                Cancellation = Enum.IsDefined(options.CancellationType)
                    ? options.CancellationType
                    : throw new InvalidRequest($"{options.CancellationType} is no {nameof(ActivityCancellationType)}."),
            },
            options.CancellationToken)
        { Headers = HeadersOf(options.Headers) };
    }

    private static Dictionary<string, string>? HeadersOf(IReadOnlyDictionary<string, string>? given)
    {
        if (given is not { Count: > 0 }) return null;
        if (given.Count > MaximumHeaders || given.Any(static h => h.Key.Length + h.Value.Length > MaximumHeader))
            throw new InvalidRequest(
                $"An activity has at most {MaximumHeaders} headers, each of at most {MaximumHeader} characters.");
        return new Dictionary<string, string>(given, StringComparer.Ordinal); // whoever gave them may change them
    }

    private static TimeSpan? Positive(TimeSpan? given, string what) => given switch
    {
        null => null,
        { Ticks: <= 0 } => throw new InvalidRequest(
            $"{what} is {given}; it must be more than zero. Leave it unset for no limit."),
        { } span => Times.Ceiling(span),
    };

    /// <summary>Lets pass a policy that can be followed.</summary>
    /// <exception cref="InvalidRequest">It cannot.</exception>
    public static void Check(RetryPolicy retry)
    {
        if (retry.InitialInterval <= TimeSpan.Zero)
            throw new InvalidRequest(
                $"The retry policy's InitialInterval is {retry.InitialInterval}; it must be more than zero.");
        if (!(retry.BackoffCoefficient >= 1) || double.IsInfinity(retry.BackoffCoefficient))
            throw new InvalidRequest(
                $"The retry policy's BackoffCoefficient is {retry.BackoffCoefficient}; it must be at least 1.");
        if (retry.MaximumInterval is { } maximum && maximum < retry.InitialInterval)
            throw new InvalidRequest(
                $"The retry policy's MaximumInterval is {maximum}; it must not be less than InitialInterval "
                + $"({retry.InitialInterval}).");
        if (retry.MaximumAttempts < 0)
            throw new InvalidRequest(
                $"The retry policy's MaximumAttempts is {retry.MaximumAttempts}; it must be 1 or more, or 0 for no limit.");
        foreach (var type in retry.NonRetryableErrorTypes)
            if (string.IsNullOrEmpty(type)) throw new InvalidRequest(
                "The retry policy's NonRetryableErrorTypes has an empty name.");
    }
}
