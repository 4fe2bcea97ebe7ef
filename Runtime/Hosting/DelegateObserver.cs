using Orleans;

namespace Orchestration.Runtime.Hosting;

/// <summary>A lifecycle hook made of two delegates.</summary>
internal sealed class DelegateObserver(
    Func<CancellationToken, Task> onStart, Func<CancellationToken, Task> onStop) : ILifecycleObserver
{
    public Task OnStart(CancellationToken cancellationToken = default) => onStart(cancellationToken);

    public Task OnStop(CancellationToken cancellationToken = default) => onStop(cancellationToken);
}
