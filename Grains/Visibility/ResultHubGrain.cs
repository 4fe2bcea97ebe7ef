using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Placement;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Grains.Visibility;

/// <summary>The door of a silo's <see cref="ResultHub"/>.</summary>
[Reentrant, SiloBoundPlacement]
internal sealed class ResultHubGrain(ResultHub hub) : Grain, IResultHubGrain
{
    /// <inheritdoc/>
    public Task<ResultReply?> WaitAsync(string workflow, Guid runId, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return hub.WaitAsync(workflow, runId, wait, cancellationToken).AsTask();
    }
}
