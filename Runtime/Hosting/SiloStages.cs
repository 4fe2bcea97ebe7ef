using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Messaging;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

/// <summary>The runtime's own steps in the silo's start and stop.</summary>
internal sealed class SiloStages(
    ILocalMembership membership, ActivationCatalog catalog, ActivationCollector collector, TurnWatchdog watchdog,
        GrainClassRegistry classes, ISiloPeers peers, SiloFence fence, PendingCalls pending, IFatalErrorHandler fatal)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(
            "classes and membership", ServiceLifecycleStage.RuntimeInitialize,
            async cancellation =>
            {
                // Bad grain classes are found at the start, not at the first call.
                _ = classes.Manifest;
                watchdog.Start();
                fence.OnFenced(End);

                // Others may knock as soon as they read of this silo.
                await peers.StartAsync(cancellation);
                await membership.SetStatusAsync(SiloStatus.Joining, cancellation);
            },
            async cancellation =>
            {
                // Also where the table does not take it: the others find out, and the doors are closed nevertheless.
                try
                {
                    await membership.SetStatusAsync(SiloStatus.Dead, cancellation);
                }
                finally
                {
                    await peers.StopAsync();
                    watchdog.Stop();
                }
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

    // Nothing of it may be heard of any more, and nobody in it may wait.
    private void End(string reason)
    {
        peers.CutOff(reason);
        catalog.Abandon();
        pending.FailAll(request => new SiloUnavailableException(
            $"The silo has ended ({reason}); whether {request.Method} of {request.Target} ran is unknown."));
        fatal.OnFatalException(this, reason);
    }
}
