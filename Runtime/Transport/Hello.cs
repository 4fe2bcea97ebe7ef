using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Transport;

/// <summary>What the connecting side is.</summary>
internal enum PeerRole
{
    Client = 0,
    Silo = 1,
}

/// <summary>How a connecting side introduces itself.</summary>
[GenerateSerializer, Immutable, Alias("wire.hello")]
internal sealed record Hello
{
    [Id(0)] public PeerRole Role { get; init; }

    [Id(1)] public string ClusterId { get; init; } = "";

    [Id(2)] public string ServiceId { get; init; } = "";

    /// <summary>A name for logs.</summary>
    [Id(3)] public string Name { get; init; } = "";

    /// <summary>The silo that speaks; null for a client.</summary>
    [Id(5)] public SiloAddress? From { get; init; }

    /// <summary>The silo that is meant, with its generation; null from a client.</summary>
    [Id(6)] public SiloAddress? To { get; init; }

    /// <summary>A silo's random bytes, which the other's proof of the cluster's secret must contain.</summary>
    [Id(7)] public byte[]? Nonce { get; init; }

    /// <summary>What the speaking silo's clock says: milliseconds since 1970; 0 where it does not say.</summary>
    [Id(8)] public long Clock { get; init; }

    /// <summary>Whether the connection is only to show that it can be made: nothing goes over it, and it ends at once.</summary>
    [Id(9)] public bool IsTrial { get; init; }
}

/// <summary>How a gateway takes an introduction.</summary>
internal enum HelloOutcome
{
    Welcome = 0,

    /// <summary>Another cluster or service: trying again is of no use.</summary>
    WrongCluster = 1,

    /// <summary>The silo starts or stops: another one, or this one later, will do.</summary>
    NotNow = 2,

    /// <summary>One of the two has left the cluster in good order: nothing is amiss.</summary>
    HasLeft = 3,

    /// <summary>Another silo is meant than the one that listens there.</summary>
    NotThisOne = 4,
}

/// <summary>A gateway's answer to <see cref="Hello"/>.</summary>
[GenerateSerializer, Immutable, Alias("wire.hello.reply")]
internal sealed record HelloReply
{
    [Id(0)] public HelloOutcome Outcome { get; init; }

    /// <summary>For people, when not welcome.</summary>
    [Id(1)] public string? Reason { get; init; }

    [Id(2)] public string SiloName { get; init; } = "";

    /// <summary>The grain classes of the cluster.</summary>
    [Id(3)] public ManifestLine[] Manifest { get; init; } = [];

    /// <summary>The silo among the silos, by which a client knows what it owns; null from one that does not say.</summary>
    [Id(4)] public SiloAddress? Silo { get; init; }
}

/// <summary>A grain class of the cluster.</summary>
[GenerateSerializer, Immutable, Alias("wire.manifest.line")]
internal sealed record ManifestLine(string GrainType, string ClassName, string[] Interfaces);
