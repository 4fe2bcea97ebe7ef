using Orchestration.Grains.Interfaces.Placement;
using Orchestration.Grains.Recovery;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Grains.Placement;

/// <summary>The door through which other silos ask this one about itself.</summary>
[Reentrant, SiloBoundPlacement]
internal sealed class SiloGrain(ClusterCode code, LiveRuns live) : Grain, ISiloGrain
{
    /// <inheritdoc/>
    public Task<HostedCode> GetCodeAsync() => Task.FromResult(code.Local);

    /// <inheritdoc/>
    public Task<bool[]> AreLiveAsync(string[] workflows)
    {
        ArgumentNullException.ThrowIfNull(workflows);
        return Task.FromResult(Array.ConvertAll(workflows, live.IsLive));
    }
}
