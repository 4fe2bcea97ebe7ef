using Orleans;

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

    /// <summary>Proof that the peer belongs to the cluster; not used yet.</summary>
    [Id(4)] public string? Secret { get; init; }
}

/// <summary>How a gateway takes an introduction.</summary>
internal enum HelloOutcome
{
    Welcome = 0,

    /// <summary>Another cluster or service: trying again is of no use.</summary>
    WrongCluster = 1,

    /// <summary>The silo starts or stops: another one, or this one later, will do.</summary>
    NotNow = 2,
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
}

/// <summary>A grain class of the cluster.</summary>
[GenerateSerializer, Immutable, Alias("wire.manifest.line")]
internal sealed record ManifestLine(string GrainType, string ClassName, string[] Interfaces);
