using Microsoft.Extensions.Hosting;

namespace Orchestration.Grains.Activities;

/// <summary>
/// Stops the host of activities before any of the application's services is stopped, in whichever order they were added:
/// attempts that run call those services, and those that would begin are begun on other silos. The silo's runs stay and go on
/// meanwhile, however long the application takes to stop; they are handed over when the silo itself leaves.
/// </summary>
internal sealed class ActivityHostDrain(ActivityHost host) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => host.StopAsync(cancellationToken);

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
}
