using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Placement;
using Orleans;
using Orleans.Concurrency;

namespace Orchestration.Grains.Messages;

/// <summary>The door of a silo's <see cref="MessageHub"/>.</summary>
[Reentrant, SiloBoundPlacement]
internal sealed class MessageHubGrain(MessageHub hub) : Grain, IMessageHubGrain
{
    /// <inheritdoc/>
    public Task<bool> WaitAsync(Guid runId, string topic, long seen, TimeSpan wait, CancellationToken cancellationToken) =>
        hub.WaitAsync(runId, topic, seen, wait, cancellationToken);
}
