using Orleans;

namespace Orchestration.Grains.Interfaces.Wire;

/// <summary>
/// Who asks, and the number of the request with that client; a repeat carries the same and gets the same answer.
/// </summary>
/// <param name="Client">The client process, random.</param>
/// <param name="Number">The request's number, rising.</param>
[GenerateSerializer, Immutable, Alias("orchestration.client-request")]
public readonly record struct ClientRequest([property: Id(0)] Guid Client, [property: Id(1)] long Number);
