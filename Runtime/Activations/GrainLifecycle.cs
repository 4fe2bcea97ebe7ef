using Orchestration.Runtime.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Activations;

/// <summary>The hooks of one activation.</summary>
internal sealed class GrainLifecycle : IGrainLifecycle
{
    private readonly StagedLifecycle _stages = new();

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer) =>
        _stages.Subscribe(observerName, stage, observer);

    public Task StartAsync(CancellationToken cancellation) => _stages.StartAsync(cancellation);

    public Task StopAsync(CancellationToken cancellation) => _stages.StopAsync(static (_, _) => { }, cancellation);
}
