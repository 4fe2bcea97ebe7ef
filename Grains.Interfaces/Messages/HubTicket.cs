using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>Where to wait for a change, and what the holder has seen.</summary>
/// <param name="Hub">The key of the <see cref="IMessageHubGrain"/>.</param>
/// <param name="Topic">What is waited for.</param>
/// <param name="Seen">The topic's version when the ticket was given.</param>
[GenerateSerializer, Immutable, Alias("orchestration.hub-ticket")]
public sealed record HubTicket([property: Id(0)] string Hub, [property: Id(1)] string Topic, [property: Id(2)] long Seen);
