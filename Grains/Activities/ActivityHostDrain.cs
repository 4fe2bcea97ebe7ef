using Microsoft.Extensions.Hosting;
using Orchestration.Grains.Interfaces.Placement;
using Orchestration.Grains.Placement;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Activities;

/// <summary>
/// Stops the host of activities before any of the application's services is stopped, in whichever order they were added:
/// attempts that run call those services, and those that would begin are begun on other silos. The silo's runs stay and go on
/// meanwhile, however long the application takes to stop; they are handed over when the silo itself leaves. A silo that the
/// cluster has counted out waits for nothing: nobody would acknowledge an outcome, and the sooner it is gone the sooner its
/// successor is there.
/// </summary>
internal sealed class ActivityHostDrain(ActivityHost host, ClusterView cluster, IGrainFactory grains, TimeProvider time)
    : IHostedLifecycleService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A host may be stopped twice, and its silo is gone then.
        if (!host.TakesAttempts || await IsServingAsync()) await host.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Any grain of its own tells: a silo that has been counted out, or is held until it knows, takes no turn.
    private async Task<bool> IsServingAsync()
    {
        try
        {
            await grains.GetGrain<ISiloGrain>(cluster.LocalKey).GetCodeAsync().WaitAsync(Patience, time);
            return true;
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return false;
        }
    }
}
