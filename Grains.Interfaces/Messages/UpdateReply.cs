using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>What became of an update.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.update-reply")]
public sealed record UpdateReply
{
    /// <summary>Why it was not accepted, or is not known.</summary>
    [Id(0)] public Fault? Fault { get; init; }

    /// <summary>The run.</summary>
    [Id(1)] public Guid RunId { get; init; }

    /// <summary>Whether it has its outcome; else it is accepted.</summary>
    [Id(2)] public bool IsCompleted { get; init; }

    /// <summary>Its result.</summary>
    [Id(3)] public Payload? Result { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(4)] public FailureInfo? Failure { get; init; }

    /// <summary>Where to wait for its outcome.</summary>
    [Id(5)] public HubTicket? Hub { get; init; }

    /// <summary>Its name.</summary>
    [Id(6)] public string Name { get; init; } = "";
}
