using Orchestration.Grains.Activities.Remote;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Activities;

/// <summary>
/// Stops the host first of all when the silo goes down: at the first stage to stop, while grains still answer, so that
/// interrupted attempts are with their runs before the silo leaves.
/// </summary>
internal sealed class ActivityHostLifecycle(ActivityHost host, RemoteWork remote) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        remote.Begin();
        lifecycle.Subscribe(nameof(ActivityHost), ServiceLifecycleStage.Active, static _ => Task.CompletedTask, host.StopAsync);
    }
}
