using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

/// <summary>The stages of the silo.</summary>
internal sealed partial class SiloLifecycle(ILogger<SiloLifecycle> logger) : ISiloLifecycle
{
    private readonly StagedLifecycle _stages = new();

    public int HighestCompletedStage => _stages.HighestStarted ?? int.MinValue;

    public int LowestStoppedStage => _stages.LowestStopped ?? int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer) =>
        _stages.Subscribe(observerName, stage, observer);

    /// <summary>Starts all stages; where one fails, those that have started are stopped and the error is thrown.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await _stages.StartAsync(cancellation);
        }
        catch (Exception exception)
        {
            StartFailed(logger, exception, HighestCompletedStage);
            await StopAsync(CancellationToken.None);
            if (exception is OperationCanceledException && cancellation.IsCancellationRequested)
                throw new OrleansLifecycleCanceledException("The silo was told to stop before it had started.");
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellation) =>
        _stages.StopAsync((name, exception) => StopFailed(logger, exception, name), cancellation);
}
