using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>Signals of one sender, in order: taken together, as far as possible in one turn.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.signal-request")]
public sealed record SignalRequest
{
    /// <summary>
    /// The sender, random. It has one request to an instance in flight at a time; a repeat has the same signals.
    /// </summary>
    [Id(0)] public required Guid Client { get; init; }

    /// <summary>The signals.</summary>
    [Id(1)] public required SignalItem[] Signals { get; init; }

    /// <summary>Whether it was sent before, with unknown outcome.</summary>
    [Id(2)] public bool IsRepeat { get; init; }
}

/// <summary>One signal.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.signal")]
public sealed record SignalItem
{
    /// <summary>Its number with the sender, from 1, rising.</summary>
    [Id(0)] public required long Number { get; init; }

    /// <summary>Its name.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Its arguments.</summary>
    [Id(2)] public required Payload[] Arguments { get; init; }

    /// <summary>The run; null is the instance's latest one.</summary>
    [Id(3)] public Guid? RunId { get; init; }

    /// <summary>What the sender sends along, for interceptors; recorded with the signal.</summary>
    [Id(4)] public Dictionary<string, string>? Headers { get; init; }
}
