using Orchestration.Grains.Interfaces.Wire;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>The run that was started, or why none was.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.start-reply")]
public sealed record StartReply
{
    /// <summary>Why nothing was started; null where it was.</summary>
    [Id(0)] public Fault? Fault { get; init; }

    /// <summary>The run.</summary>
    [Id(1)] public Guid RunId { get; init; }

    /// <summary>Its result or where to wait for it; null where the request did not ask to wait.</summary>
    [Id(2)] public ResultReply? Result { get; init; }

    /// <summary>Whether the request started the run; false where it was there and the conflict policy took it.</summary>
    [Id(3)] public bool IsNew { get; init; }
}
