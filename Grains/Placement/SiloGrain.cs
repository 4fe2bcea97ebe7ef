using Orchestration.Grains.Interfaces.Placement;
using Orchestration.Grains.Recovery;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Grains.Placement;

/// <summary>The door through which other silos ask this one about itself.</summary>
[Reentrant, SiloBoundPlacement]
internal sealed class SiloGrain(ClusterCode code, LiveRuns live, ClusterView cluster) : Grain, ISiloGrain
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
}
