using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Placement;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.WarmUp;

/// <summary>
/// What a silo does before it takes work from others: it runs workflows of its own, in a silo within it that nobody else knows,
/// over a store in memory. A process compiles what it runs as it first runs it, which takes its first runs a second on a busy
/// machine; whoever is alone serves at once, but a silo that joins takes its part of the work from silos that could have done it
/// meanwhile. Once a process. It keeps no silo from joining: what goes wrong is logged, and time has a limit.
/// </summary>
internal sealed partial class WarmUpLifecycle(
    ClusterView cluster, EngineThreads threads, TimeProvider time, ILogger<WarmUpLifecycle> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>After all of the silo's own parts, and before others may choose it for anything.</summary>
    private const int Stage = ServiceLifecycleStage.BecomeActive - 1;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static int s_begun;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(WarmUpLifecycle), Stage, RunAsync, static _ => Task.CompletedTask);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // Where time is virtual there is nothing to wait for, and threads are not for it to choose.
        if (threads != EngineThreads.Pool || cluster.OtherActiveSilos.Length == 0) return;
        if (Interlocked.Exchange(ref s_begun, 1) != 0) return;
        var began = Stopwatch.GetTimestamp();
        try
        {
            await threads.Run(WarmUpSilo.RunAsync).WaitAsync(Limit, time, cancellationToken);
            LogDone(logger, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e);
        }
    }
}
