using Orchestration.Workflows;

namespace Orchestration.Samples.TripBooking.Workflows;

/// <summary>
/// How the steps of a trip are tried. Real agencies would be given seconds and minutes where these are given milliseconds.
/// </summary>
internal static class Steps
{
    /// <summary>A step forward gives up after four attempts: then the trip is undone.</summary>
    public static ActivityOptions Forward { get; } = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(10),
        Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(100), MaximumAttempts = 4 },
    };

    /// <summary>A step back is tried without end, unless the agency says that it is in vain.</summary>
    public static ActivityOptions Back { get; } = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(10),
        Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(100), MaximumInterval = TimeSpan.FromMinutes(1) },
    };
}
