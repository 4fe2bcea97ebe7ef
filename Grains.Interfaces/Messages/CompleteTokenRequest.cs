using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>Completes a token, or rejects it.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.complete-token")]
public sealed record CompleteTokenRequest
{
    /// <summary>Who asks, and the request's number.</summary>
    [Id(0)] public required ClientRequest Request { get; init; }

    /// <summary>The run.</summary>
    [Id(1)] public required Guid RunId { get; init; }

    /// <summary>The number of the token's command.</summary>
    [Id(2)] public required long Command { get; init; }

    /// <summary>What proves that the caller has the token.</summary>
    [Id(3)] public required string Secret { get; init; }

    /// <summary>The answer.</summary>
    [Id(4)] public Payload? Result { get; init; }

    /// <summary>Why it is rejected; null where it is not.</summary>
    [Id(5)] public FailureInfo? Failure { get; init; }
}
