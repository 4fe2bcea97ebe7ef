using Orchestration.Runtime.Transport;
using Orleans;

namespace Orchestration.Runtime.Peers;

/// <summary>The answer to a silo's <see cref="Hello"/>: prove that you know the secret, or a refusal.</summary>
[GenerateSerializer, Immutable, Alias("wire.peer.challenge")]
internal sealed record PeerChallenge
{
    [Id(0)] public HelloOutcome Outcome { get; init; }

    [Id(1)] public string? Reason { get; init; }

    [Id(2)] public byte[] Nonce { get; init; } = [];

    /// <summary>What the accepting silo's clock says: milliseconds since 1970; 0 where it does not say.</summary>
    [Id(3)] public long Clock { get; init; }
}

/// <summary>The connecting silo's proof.</summary>
[GenerateSerializer, Immutable, Alias("wire.peer.proof")]
internal sealed record PeerProof([property: Id(0)] byte[] Proof);

/// <summary>The accepting silo's answer to a proof, with its own.</summary>
[GenerateSerializer, Immutable, Alias("wire.peer.welcome")]
internal sealed record PeerWelcome
{
    [Id(0)] public HelloOutcome Outcome { get; init; }

    [Id(1)] public string? Reason { get; init; }

    [Id(2)] public byte[] Proof { get; init; } = [];
}
