using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Placement;
using Orchestration.Workflows;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Grains.Activities.Remote;

/// <summary>The door of a silo's <see cref="RemoteAttempts"/>.</summary>
[Reentrant, SiloBoundPlacement]
internal sealed class RemoteWorkGrain(RemoteAttempts attempts) : Grain, IRemoteWorkGrain
{
    /// <inheritdoc/>
    public Task<RemoteTask?> TakeAsync(string queue, string worker) =>
        attempts.TakeAsync(queue, this.GetPrimaryKeyString(), worker);

    /// <inheritdoc/>
    public Task AnnounceAsync(string queue)
    {
        if (attempts.HasRoomFor(queue)) attempts.QueueOf(queue).Signal();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<RemoteBeat> BeatAsync(Guid lease, Payload? details) => Task.FromResult(attempts.Beat(lease, details));

    /// <inheritdoc/>
    public Task<bool> EndAsync(Guid lease, ActivityReportKind kind, Payload? result, FailureInfo? failure) =>
        attempts.EndAsync(lease, kind, result, failure);
}
