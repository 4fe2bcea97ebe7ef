using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>Sends an update, or asks what became of one. Known by its id: a repeat gets the first one's outcome.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.update-request")]
public sealed record UpdateRequest
{
    /// <summary>The update's id.</summary>
    [Id(0)] public required string UpdateId { get; init; }

    /// <summary>Its name; null where only its outcome is asked for.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>Its arguments.</summary>
    [Id(2)] public Payload[] Arguments { get; init; } = [];

    /// <summary>The run; null is the instance's latest one.</summary>
    [Id(3)] public Guid? RunId { get; init; }

    /// <summary>How long the call may wait for the update's completion; zero answers once it is accepted. At most 20 s.</summary>
    [Id(4)] public TimeSpan Wait { get; init; }

    /// <summary>What the sender sends along, for interceptors; recorded with the update.</summary>
    [Id(5)] public Dictionary<string, string>? Headers { get; init; }

    /// <summary>Whether it was sent before, with unknown outcome.</summary>
    [Id(6)] public bool IsRepeat { get; init; }

    /// <summary>
    /// Who sends it, and the request's number: update ids are the callers', who may use one anew for an instance's next run.
    /// </summary>
    [Id(7)] public ClientRequest? Request { get; init; }
}
