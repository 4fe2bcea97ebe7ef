using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Placement;
using Orchestration.Workflows;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Activities.Remote;

/// <summary>
/// Work of the whole cluster for workers outside it, at any silo: a poll finds what waits on each of them, an outcome finds its
/// way to the silo that holds the attempt. Thread-safe.
/// </summary>
public sealed partial class RemoteWork
{
    private readonly ConcurrentDictionary<string, byte> _announcing = new(StringComparer.Ordinal);
    private readonly RemoteAttempts _attempts;
    private readonly ClusterView _cluster;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly ILogger<RemoteWork> _logger;

    internal RemoteWork(
        RemoteAttempts attempts, ClusterView cluster, IGrainFactory grains, TimeProvider time, ILogger<RemoteWork> logger)
    {
        _attempts = attempts;
        _cluster = cluster;
        _grains = grains;
        _time = time;
        _logger = logger;
    }

    /// <summary>From now on other silos are told of work that nobody here polls for.</summary>
    internal void Begin() => _attempts.Unserved = Announce;

    /// <summary>Whether an activity is one of outside workers (<c>queue:activity</c>); its queue, and its name there.</summary>
    public static bool Split(string activityType, out string queue, out string activity)
    {
        ArgumentNullException.ThrowIfNull(activityType);
        return RemoteNames.TrySplit(activityType, out queue, out activity);
    }

    /// <summary>Waits for an attempt of a queue.</summary>
    /// <param name="queue">The queue: what stands before the colon in the activities' names.</param>
    /// <param name="worker">Who asks, for people.</param>
    /// <param name="wait">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The attempt, which is the worker's from now on; null where none came.</returns>
    /// <exception cref="InvalidRequest">There are too many queues.</exception>
    public async Task<RemoteTask?> PollAsync(string queue, string worker, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (!_attempts.HasRoomFor(queue)) throw new InvalidRequest("This silo has too many queues already; use fewer names.");
        var own = _attempts.QueueOf(queue);
        var started = _time.GetTimestamp();
        while (true)
        {
            var told = own.Join();
            var looksAgain = false;
            try
            {
                // Its own silo first; of the others, from any one on, so that none is always the last.
                if (await _attempts.TakeAsync(queue, _cluster.LocalKey, worker) is { } here) return here;
                var others = _cluster.OtherActiveSilos;
                var first = others.Length == 0 ? 0 : Chance.Next(others.Length);
                for (var i = 0; i < others.Length; i++)
                    if (await TakeAsync(others[(first + i) % others.Length], queue, worker) is { } there) return there;
                var left = wait - _time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero) return null;
                await told.Value.Task.WaitAsync(left, _time, cancellationToken);
                looksAgain = true;
            }
            catch (TimeoutException)
            {
                return null;
            }
            finally
            {
                if (!looksAgain) own.Leave(told);
            }
        }
    }

    /// <summary>Renews a lease, and tells whether the attempt should go on.</summary>
    /// <exception cref="ActivityNotPending">The lease holds no more: the work is to be dropped.</exception>
    public async Task<ActivityCancellationReason> HeartbeatAsync(
        string silo, Guid lease, Payload? details, CancellationToken cancellationToken)
    {
        var beat = await CallAsync(silo, grain => grain.BeatAsync(lease, details), cancellationToken);
        return beat.IsHeld ? beat.Reason : throw NotHeld();
    }

    /// <summary>Ends an attempt; ends itself once that is durable.</summary>
    /// <exception cref="ActivityNotPending">The lease holds no more: the work is to be dropped.</exception>
    public async Task EndAsync(
        string silo, Guid lease, ActivityReportKind kind, Payload? result, FailureInfo? failure,
        CancellationToken cancellationToken)
    {
        if (!await CallAsync(silo, grain => grain.EndAsync(lease, kind, result, failure), cancellationToken)) throw NotHeld();
    }

    private static ActivityNotPending NotHeld() =>
        new("The attempt is not this worker's any more: it has ended, or was given to another one after a silence.");

    private async Task<T> CallAsync<T>(string silo, Func<IRemoteWorkGrain, Task<T>> call, CancellationToken cancellationToken)
    {
        if (!_cluster.IsAlive(silo)) throw NotHeld();
        try
        {
            return await call(_grains.GetGrain<IRemoteWorkGrain>(silo)).WaitAsync(cancellationToken);
        }
        catch (SiloUnavailableException) when (!_cluster.IsAlive(silo))
        {
            throw NotHeld(); // it took its attempts along; they are lost, and given out anew
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            throw new OutcomeUnknown("outcome of an attempt", null, TimeSpan.FromSeconds(30), e);
        }
    }

    private async Task<RemoteTask?> TakeAsync(string silo, string queue, string worker)
    {
        try
        {
            return await _grains.GetGrain<IRemoteWorkGrain>(silo).TakeAsync(queue, worker);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            // What it may have given out to nobody comes back when its lease ends.
            LogSiloSilent(_logger, e, silo);
            return null;
        }
    }

    // Nobody polls here: who polls at another silo is told. One round a queue is under way at a time.
    private void Announce(string queue)
    {
        if (_cluster.OtherActiveSilos is { Length: > 0 } others && _announcing.TryAdd(queue, 0)) _ = AnnounceAsync(queue, others);
    }

    private async Task AnnounceAsync(string queue, string[] others)
    {
        try
        {
            await Task.WhenAll(others.Select(silo => _grains.GetGrain<IRemoteWorkGrain>(silo).AnnounceAsync(queue)));
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            // Who polls there looks here by itself, at its next poll.
            LogNotAnnounced(_logger, e, queue);
        }
        finally
        {
            _announcing.TryRemove(queue, out _);
        }
    }
}
