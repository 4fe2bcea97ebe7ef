using Microsoft.Extensions.Logging;
using Orchestration.Grains.Health;
using Orchestration.Grains.Interfaces.Placement;
using Orchestration.Grains.Recovery;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Grains.Placement;

/// <summary>The door through which other silos ask this one about itself.</summary>
[Reentrant, SiloBoundPlacement]
internal sealed class SiloGrain(
    ClusterCode code, LiveRuns live, ClusterView cluster, StoreWatch store, ILogger<SiloGrain> log) : Grain, ISiloGrain
{
    /// <inheritdoc/>
    public Task<HostedCode> GetCodeAsync() => Task.FromResult(code.Local);

    /// <inheritdoc/>
    public async Task<bool[]> AreLiveAsync(string[] workflows, long asOf)
    {
        ArgumentNullException.ThrowIfNull(workflows);
        await cluster.CatchUpAsync(asOf);
        return Array.ConvertAll(workflows, live.IsLive);
    }

    /// <inheritdoc/>
    public Task<bool> HasStoreAsync() => store.HasStoreAsync();

    /// <inheritdoc/>
    public async Task<bool> TakeOverAsync(string silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        if (silo == cluster.LocalKey || !await store.HasStoreAsync()) return false;
        if (!cluster.IsAlive(silo)) return true;
        if (!await cluster.DeclareDeadAsync(silo)) return !cluster.IsAlive(silo);
        log.TakenOver(silo);
        return true;
    }
}
