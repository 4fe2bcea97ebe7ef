using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Kernel;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Hosting;

/// <summary>
/// Reads all hosted classes before the silo takes anything: one that cannot be hosted fails the silo's start with what is wrong
/// with it, and not the first call that needs it.
/// </summary>
internal sealed class CatalogCheck(IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(CatalogCheck), ServiceLifecycleStage.First, _ =>
        {
            services.GetRequiredService<WorkflowCatalog>();
            services.GetRequiredService<ActivityCatalog>();
            return Task.CompletedTask;
        }, static _ => Task.CompletedTask);
    }
}
