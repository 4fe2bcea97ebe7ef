using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Placement;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Health;

/// <summary>
/// Notices that this silo has lost its store while other silos have it. Its workflows would wait for the store for as long as
/// that lasts, since it is in good standing with the others otherwise: so it has one of them declare it dead, and ends. Where
/// nobody has the store, or the store answers reads and takes no writes, as with a full disk, all wait, since going away would
/// not help. Thread-safe.
/// </summary>
internal sealed class StoreWatch(
    IHistoryStore store, ClusterView cluster, IGrainFactory grains, IServiceProvider services, PollClock clock,
    EngineThreads threads, ILogger<StoreWatch> log) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>How long nothing may be answered before the store is suspected.</summary>
    public static readonly TimeSpan Suspicion = TimeSpan.FromSeconds(2);

    /// <summary>How long a silo's own store may take for the smallest question.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int Asked = 3;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(0.5);

    // Nobody starts a workflow of that name; whether it is found does not matter.
    private static readonly WorkflowKey Nobody = new("orchestration.store-watch");

    private ITimer? _timer;
    private int _waiting;
    private bool _answered;
    private long _silentSince;
    private long _waitedAt;
    private int _looking;
    private volatile bool _isAsking;

    /// <summary>Whether other silos' answers are awaited, for tests.</summary>
    public bool IsAsking => _isAsking;

    /// <summary>Something is asked of the store on behalf of a run; ends with <see cref="Ended"/>.</summary>
    public void Began() => Interlocked.Increment(ref _waiting);

    /// <summary>It has been answered, or is not waited for any more.</summary>
    public void Ended(bool answered)
    {
        if (answered) Volatile.Write(ref _answered, true);
        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>Whether this silo's store answers, by asking it the smallest thing.</summary>
    public async Task<bool> HasStoreAsync()
    {
        try
        {
            await store.FindAsync(Nobody).AsTask().WaitAsync(Patience, clock.Time);
            return true;
        }
        catch (Exception e) when (e is StoreUnavailable or TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(
            nameof(StoreWatch), ServiceLifecycleStage.Active,
            _ =>
            {
                _timer = clock.Time.CreateTimer(static self => ((StoreWatch)self!).Look(), this, Beat, Beat);
                return Task.CompletedTask;
            },
            _ =>
            {
                Dispose();
                return Task.CompletedTask;
            });
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        var isWaiting = Volatile.Read(ref _waiting) > 0;
        var waitedAt = _waitedAt;
        _waitedAt = isWaiting ? clock.Time.GetTimestamp() : 0;
        if (Interlocked.Exchange(ref _answered, false) || !isWaiting)
        {
            _silentSince = 0;
            return;
        }

        // What waited a beat ago has waited since then, and nothing was answered meanwhile.
        if (_silentSince == 0) _silentSince = waitedAt > 0 ? waitedAt : _waitedAt;
        if (clock.Time.GetElapsedTime(_silentSince) < Suspicion || cluster.OtherActiveSilos.Length == 0) return;
        if (Interlocked.Exchange(ref _looking, 1) == 0) _ = threads.Run(LeaveIfLostAsync);
    }

    // The others first, and its own store after one of them has said that it has it: where the store was away for all and comes
    // back, those who hear of it later do not go.
    private async Task LeaveIfLostAsync()
    {
        try
        {
            log.StoreSilent(cluster.LocalKey, clock.Time.GetElapsedTime(_silentSince));
            if (!await AnyOtherAsync(static silo => silo.HasStoreAsync())) return;
            if (await HasStoreAsync()) return;
            if (!await AnyOtherAsync(silo => silo.TakeOverAsync(cluster.LocalKey))) return;
            var reason = $"{FaultCodes.StoreLost}: {cluster.LocalKey} has lost its store; other silos have it and take its "
                + "workflows over";
            log.StoreLost(reason);
            services.GetService<IFatalErrorHandler>()?.OnFatalException(this, reason);
        }
        catch (Exception e)
        {
            log.WatchFailed(e, cluster.LocalKey);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private async Task<bool> AnyOtherAsync(Func<ISiloGrain, Task<bool>> question)
    {
        _isAsking = true;
        try
        {
            var asked = cluster.OtherActiveSilos.Take(Asked).Select(silo => AskAsync(silo, question)).ToList();
            while (asked.Count > 0)
            {
                var answer = await Task.WhenAny(asked);
                asked.Remove(answer);
                if (await answer) return true;
            }

            return false;
        }
        finally
        {
            _isAsking = false;
        }
    }

    private async Task<bool> AskAsync(string silo, Func<ISiloGrain, Task<bool>> question)
    {
        try
        {
            return await question(grains.GetGrain<ISiloGrain>(silo)).WaitAsync(2 * Patience, clock.Time);
        }
        catch (Exception e)
        {
            log.NotAnswered(e, silo);
            return false;
        }
    }
}
