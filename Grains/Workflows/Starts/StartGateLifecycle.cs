using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Workflows.Starts;

/// <summary>
/// Closes the gate first of all when the silo goes down: no new runs, while those that are here still go on and hand over.
/// </summary>
internal sealed class StartGateLifecycle(StartGate gate) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(StartGate), ServiceLifecycleStage.Active, static _ => Task.CompletedTask, _ =>
        {
            gate.Closed = true;
            return Task.CompletedTask;
        });
    }
}
