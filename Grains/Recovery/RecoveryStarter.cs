using System.Globalization;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// Sets recovery going: ensures all shards as soon as the silo is in service, since some are to live there now, and its part of
/// them when another silo leaves or is lost. It does not hold up the silo's start, and goes on until every shard has answered. A
/// change of the membership costs the cluster a number of calls that does not grow with it.
/// </summary>
internal sealed partial class RecoveryStarter(IGrainFactory grains, ClusterView cluster, IHistoryStore store,
    TimeProvider time, ILogger<RecoveryStarter> logger, EngineThreads? threads = null)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>
    /// How many silos tell a shard of a loss: their views may differ for a moment, and one of them may be going as well.
    /// </summary>
    private const int Pokers = 3;

    private readonly CancellationTokenSource _stop = new();
    private readonly EngineThreads _threads = threads ?? EngineThreads.Pool;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(RecoveryStarter), ServiceLifecycleStage.Active, OnStart, OnStop);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>The shards that a silo has to poke, by its place among the silos in service.</summary>
    internal static IEnumerable<int> ShardsToPoke(int place, int silos, int shards) =>
        Enumerable.Range(0, shards).Where(shard => silos <= Pokers || (((place - shard) % silos) + silos) % silos < Pokers);

    private Task OnStart(CancellationToken cancellationToken)
    {
        cluster.SiloLost += OnSiloLost;
        cluster.SiloLeaving += OnSiloLeaving;
        _ = _threads.Run(() => EnsureAsync(Enumerable.Range(0, store.ShardCount), siloLost: false));
        return Task.CompletedTask;
    }

    private async Task OnStop(CancellationToken cancellationToken)
    {
        cluster.SiloLost -= OnSiloLost;
        cluster.SiloLeaving -= OnSiloLeaving;
        await _stop.CancelAsync();
    }

    private void OnSiloLost(string silo) => Poke(siloLost: true);

    // Its shards come to life elsewhere now, and not only once it has gone or a run of theirs is parked.
    private void OnSiloLeaving(string silo) => Poke(siloLost: false);

    private void Poke(bool siloLost)
    {
        var active = cluster.ActiveSilos;
        var place = Array.IndexOf(active, cluster.LocalKey);
        if (place >= 0) _ = _threads.Run(() => EnsureAsync(ShardsToPoke(place, active.Length, store.ShardCount), siloLost));
    }

    private Task EnsureAsync(IEnumerable<int> shards, bool siloLost) =>
        Task.WhenAll(shards.Select(shard => EnsureAsync(shard, siloLost)));

    private async Task EnsureAsync(int shard, bool siloLost)
    {
        var grain = grains.GetGrain<IShardGrain>(shard.ToString(CultureInfo.InvariantCulture));
        for (var pause = TimeSpan.FromMilliseconds(200); !_stop.IsCancellationRequested; pause *= 2)
        {
            try
            {
                await grain.EnsureAsync(siloLost);
                return;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return; // the silo is going: the others, or the next one, ensure the shards
            }
            catch (Exception e)
            {
                LogEnsureFailed(logger, e, shard);
            }

            if (pause > TimeSpan.FromSeconds(10)) pause = TimeSpan.FromSeconds(10);
            try
            {
                await Task.Delay(pause, time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
