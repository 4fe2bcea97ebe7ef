using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Membership;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

/// <summary>The runtime's own steps in the silo's start and stop.</summary>
internal sealed class SiloStages(
    ILocalMembership membership, ActivationCatalog catalog, ActivationCollector collector, TurnWatchdog watchdog,
        GrainClassRegistry classes)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(
            "classes and membership", ServiceLifecycleStage.RuntimeInitialize,
            cancellation =>
            {
                // Bad grain classes are found at the start, not at the first call.
                _ = classes.Manifest;
                watchdog.Start();
                return membership.SetStatusAsync(SiloStatus.Joining, cancellation);
            },
            async cancellation =>
            {
                await membership.SetStatusAsync(SiloStatus.Dead, cancellation);
                watchdog.Stop();
            });
        lifecycle.Subscribe(
            "activations", ServiceLifecycleStage.GrainDeactivation,
            _ =>
            {
                collector.Start();
                return Task.CompletedTask;
            },
            cancellation =>
            {
                collector.Dispose();
                return catalog.CloseAsync(new(DeactivationReasonCode.ShuttingDown, "The silo is shutting down."), cancellation);
            });
        lifecycle.Subscribe(
            "membership", ServiceLifecycleStage.BecomeActive,
            cancellation => membership.SetStatusAsync(SiloStatus.Active, cancellation),
            cancellation => membership.SetStatusAsync(SiloStatus.ShuttingDown, cancellation));
    }
}
