using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Placement;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Grains.Activities;

/// <summary>The door of a silo's <see cref="ActivityHost"/> for runs on other silos.</summary>
[Reentrant, SiloBoundPlacement]
internal sealed class ActivityHostGrain(ActivityHost host) : Grain, IActivityHostGrain
{
    /// <inheritdoc/>
    public Task<DispatchAnswer> DispatchAsync(ActivityTask[] tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);

        // A run of another silo, which may have other code: what is not known here others may know.
        var replies = Array.ConvertAll(
            tasks, task => host.Has(task.ActivityType) ? host.Dispatch(task, isFromAfar: true) : DispatchReply.Unknown);
        return Task.FromResult(new DispatchAnswer(replies, host.Room));
    }

    /// <inheritdoc/>
    public Task CancelAsync(AttemptCancellation[] attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        host.Cancel(attempts);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<AttemptInquiryReply[]> InquireAsync(AttemptId[] attempts, long fence)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        return Task.FromResult(host.Inquire(attempts, fence));
    }
}
