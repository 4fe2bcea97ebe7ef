using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

/// <summary>Runs one start-up delegate at its stage.</summary>
internal sealed class StartupTaskParticipant(
    IServiceProvider services, Func<IServiceProvider, CancellationToken, Task> task,
        int stage) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe<StartupTaskParticipant>(stage, cancellation => task(services, cancellation));
}
