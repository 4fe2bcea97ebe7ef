using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Interfaces.Placement;
using Orchestration.Grains.Placement;
using Orleans;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// Which runs are in the memory of other silos, so that the loss of one silo does not touch the runs of all. Each silo is asked
/// once about many runs. Thread-safe.
/// </summary>
internal sealed partial class LiveElsewhere(
    ClusterView cluster, IGrainFactory grains, TimeProvider time, ILogger<LiveElsewhere> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, long> _silent = new(StringComparer.Ordinal);

    /// <summary>
    /// For each run, whether another silo says that it keeps it. What a silo does not say is not so: its runs are woken, which is
    /// harmless.
    /// </summary>
    public async Task<bool[]> AreLiveAsync(string[] workflows)
    {
        var live = new bool[workflows.Length];
        if (workflows.Length == 0) return live;
        foreach (var answer in await Task.WhenAll(cluster.OtherActiveSilos.Select(silo => AskAsync(silo, workflows))))
            for (var i = 0; i < answer?.Length; i++) live[i] |= answer[i];
        return live;
    }

    // Recovery is not to wait for a silo that does not answer, page after page.
    private async Task<bool[]?> AskAsync(string silo, string[] workflows)
    {
        if (_silent.TryGetValue(silo, out var since))
        {
            if (time.GetElapsedTime(since) < Rest) return null;
            _silent.TryRemove(silo, out _);
        }

        try
        {
            return await grains.GetGrain<ISiloGrain>(silo).AreLiveAsync(workflows, cluster.Version).WaitAsync(Patience, time);
        }
        catch (Exception e)
        {
            foreach (var gone in _silent.Keys.Where(other => !cluster.IsAlive(other))) _silent.TryRemove(gone, out _);
            _silent[silo] = time.GetTimestamp();
            LogSilent(logger, e, silo);
            return null;
        }
    }
}
