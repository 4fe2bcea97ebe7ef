using System.Globalization;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Placement;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// Sets recovery going and keeps it where it belongs. Each silo ensures the shards that are its own, by itself, as soon as it is
/// in service, and those that become its own when another silo leaves or is lost; those that a newcomer takes it lets go. So a
/// change of the membership costs the calls of the shards that move, and no others. What concerns all shards of this silo they
/// are told without a call. It does not hold up the silo's start, and goes on until each shard has answered.
/// A shard that has gone from here comes back at once, wherever it belongs, whoever ended it: Orleans ends the activations whose
/// entry in its directory was kept by a silo that leaves, though they stay where they were. Only a reminder would see it, and
/// until then nobody woke the runs of that shard.
/// </summary>
internal sealed partial class RecoveryStarter(
    IGrainFactory grains, ClusterView cluster, ShardOwners owners, LiveShards live, ClusterCode code, ShardServices shards,
    TimeProvider time, ILogger<RecoveryStarter> logger, EngineThreads? threads = null)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int StopsAfter = ServiceLifecycleStage.ApplicationServices + 1;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly EngineThreads _threads = threads ?? EngineThreads.Pool;
    private readonly Lock _gate = new();
    private HashSet<int> _mine = [];
    private int _looks;
    private volatile bool _leaves;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(nameof(RecoveryStarter), ServiceLifecycleStage.Active, OnStart, OnLeave);

        // Goes on until after the activations have gone: a silo that leaves lets its shards go as soon as others have them, so
        // that what its runs ask to be woken for is known there.
        lifecycle.Subscribe(nameof(RecoveryStarter), StopsAfter, static _ => Task.CompletedTask, OnStop);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private Task OnStart(CancellationToken cancellationToken)
    {
        // Before anything else can take them: this silo is starting up until these have answered.
        var first = Plan();
        live.Came += OnCame;
        live.Going += OnGoing;
        cluster.ActiveChanged += OnActiveChanged;
        cluster.SiloLost += OnSiloLost;
        cluster.SiloJoined += OnCode;
        code.LateAnswer += OnCode;
        _ = _threads.Run(async () =>
        {
            await EnsureAsync(first);

            // One that answered from where it was before has not met this silo's code, and goes before it has heard of it.
            shards.HaveStartedUpBut(first.Except(live.Numbers));
        });
        OnActiveChanged();
        return Task.CompletedTask;
    }

    private Task OnLeave(CancellationToken cancellationToken)
    {
        _leaves = true;
        return Task.CompletedTask;
    }

    private async Task OnStop(CancellationToken cancellationToken)
    {
        live.Came -= OnCame;
        live.Going -= OnGoing;
        cluster.ActiveChanged -= OnActiveChanged;
        cluster.SiloLost -= OnSiloLost;
        cluster.SiloJoined -= OnCode;
        code.LateAnswer -= OnCode;
        await _stop.CancelAsync();
    }

    private void OnActiveChanged() => _ = _threads.Run(() => EnsureAsync(Plan()));

    // It was on its way here when it ceased to be this silo's, or a silo with another view sent it: views agree soon, and two
    // silos are not to pass it to and fro until then.
    private void OnCame(int shard)
    {
        lock (_gate)
        {
            if (_mine.Contains(shard)) return;
        }

        if (Interlocked.Exchange(ref _looks, 1) == 0) _ = _threads.Run(LookSoonAsync);
    }

    private async Task LookSoonAsync()
    {
        try
        {
            await Task.Delay(FirstPause, time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Volatile.Write(ref _looks, 0);
        await EnsureAsync(Plan());
    }

    // Not before it has gone: until then a call would find it as it goes. The last silo to go has nobody to leave it to.
    private void OnGoing(int shard, Task gone) => _ = _threads.Run(async () =>
    {
        await gone;
        if (!_leaves || cluster.OtherActiveSilos.Length > 0) await EnsureAsync(shard);
    });

    private void OnSiloLost(string silo) => live.TellAll(static shard => shard.SiloLost());

    private void OnCode(string silo) => live.TellAll(shard => shard.CodeCame(silo));

    /// <summary>
    /// Lets go of the shards that have ceased to be this silo's, which are ensured once they have gone; which others are to be
    /// ensured, its own since now or to come to life elsewhere.
    /// </summary>
    private int[] Plan()
    {
        // The last silo to go has nobody to leave them to.
        if (cluster.ActiveSilos.Length == 0) return [];
        int[] ensured, gone;
        lock (_gate)
        {
            var mine = owners.Mine;
            gone = [.. live.Numbers.Except(mine).Order()];
            ensured = [.. mine.Except(_mine).Order(), .. _mine.Except(mine).Except(gone).Order()];
            _mine = mine;
        }

        foreach (var shard in gone) live.Tell(shard, static grain => grain.Leave());
        return ensured;
    }

    private Task EnsureAsync(int[] numbers) => Task.WhenAll(numbers.Select(EnsureAsync));

    private async Task EnsureAsync(int shard)
    {
        var grain = grains.GetGrain<IShardGrain>(shard.ToString(CultureInfo.InvariantCulture));
        for (var pause = FirstPause; !_stop.IsCancellationRequested; pause *= 2)
        {
            try
            {
                await grain.EnsureAsync(siloLost: false);
                return;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return; // the silo is going: those that take its shards ensure them
            }
            catch (Exception e)
            {
                // The first time it is as good as always one that moves just now.
                if (pause == FirstPause) LogNotReached(logger, e, shard);
                else LogEnsureFailed(logger, e, shard);
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
