#if ORLEANS
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Hosting;

/// <summary>
/// Holds a silo's start back until the second in which it was named has passed. Orleans names a silo by its address and a second;
/// attempts are recorded under that name. One that was killed and started anew at the same address within one second would take
/// its predecessor's attempts for its own, and an activity that may run once would run twice.
/// </summary>
internal sealed class GenerationGuard(TimeProvider time) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(GenerationGuard), ServiceLifecycleStage.First, cancellationToken =>
            Task.Delay(OneSecond, time, cancellationToken));
    }
}
#endif
