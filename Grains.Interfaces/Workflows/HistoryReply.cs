using Orchestration.Grains.Interfaces.Wire;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>A page of a run's history, as stored.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.history-reply")]
public sealed record HistoryReply
{
    /// <summary>Why there is none; null where there is.</summary>
    [Id(0)] public Fault? Fault { get; init; }

    /// <summary>The run.</summary>
    [Id(1)] public Guid RunId { get; init; }

    /// <summary>The turns, in order.</summary>
    [Id(2)] public HistoryChunk[] Chunks { get; init; } = [];

    /// <summary>Where the next page begins; null at the end.</summary>
    [Id(3)] public long? NextSequence { get; init; }
}

/// <summary>One stored turn.</summary>
/// <param name="FirstSequence">The number of its first event.</param>
/// <param name="Format">The format key of the body: 1 is a JSON array of events.</param>
/// <param name="Body">The events.</param>
[GenerateSerializer, Immutable, Alias("orchestration.history-chunk")]
public sealed record HistoryChunk([property: Id(0)] long FirstSequence, [property: Id(1)] byte Format, [property: Id(
    2)] ReadOnlyMemory<byte> Body);
