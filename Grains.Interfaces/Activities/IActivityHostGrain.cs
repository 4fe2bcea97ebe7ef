using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>
/// The host of activities on one silo; the grain's key is the silo's address with its generation, and it lives on that silo or
/// not at all. Accept, then report: a dispatch is acknowledged at once, and its outcome reported to the run until the run
/// acknowledges it.
/// </summary>
[Alias("orchestration.activity-host")]
public interface IActivityHostGrain : IGrainWithStringKey
{
    /// <summary>
    /// Hands over attempts. Those that the host knows already are not begun again; those it was told to refuse stay refused.
    /// </summary>
    [Alias("dispatch")]
    Task<DispatchAnswer> DispatchAsync(ActivityTask[] tasks);

    /// <summary>Tells running or waiting attempts to end. Unknown ones are passed over.</summary>
    [Alias("cancel")]
    Task CancelAsync(AttemptCancellation[] attempts);

    /// <summary>
    /// What became of attempts, for a run that was reloaded or does not know whether a dispatch arrived. One that the host has
    /// never seen is refused for good from then on: should a dispatch still arrive whose <see cref="ActivityTask.Fence"/> is not
    /// above
    /// <paramref name="fence"/>, it is not begun. A later decision to dispatch it here after all has a higher fence and is taken.
    /// </summary>
    [Alias("inquire")]
    Task<AttemptInquiryReply[]> InquireAsync(AttemptId[] attempts, long fence);
}
