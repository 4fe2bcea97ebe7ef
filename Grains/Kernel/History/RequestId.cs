namespace Orchestration.Grains.Kernel.History;

/// <summary>
/// Who asked, and the number of the request with that client: recorded with the event, so that a repeat gets the recorded
/// outcome.
/// </summary>
/// <param name="Client">The client process.</param>
/// <param name="Number">The request's number, rising.</param>
public readonly record struct RequestId(Guid Client, long Number);
