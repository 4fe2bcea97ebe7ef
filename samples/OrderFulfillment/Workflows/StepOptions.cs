using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>
/// How the steps of an order are tried. A real shop would wait seconds and minutes where this one waits milliseconds.
/// </summary>
internal static class StepOptions
{
    /// <summary>Steps forward give up after a while: then the order is compensated, and the customer told.</summary>
    public static ActivityOptions Forward { get; } = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(30),
        Retry = new RetryPolicy
        {
            InitialInterval = TimeSpan.FromMilliseconds(50),
            BackoffCoefficient = 1.5,
            MaximumInterval = TimeSpan.FromMilliseconds(500),
            MaximumAttempts = 10,
        },
    };

    /// <summary>
    /// Steps back never give up, since half a compensation is somebody's money: attempts without limit, and a token that the
    /// cancellation of the workflow does not reach.
    /// </summary>
    public static ActivityOptions Back { get; } = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(30),
        Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(50), MaximumInterval = TimeSpan.FromSeconds(10) },
        CancellationToken = CancellationToken.None,
    };
}
