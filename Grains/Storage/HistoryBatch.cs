namespace Orchestration.Grains.Storage;

/// <summary>One stored turn.</summary>
/// <param name="FirstSequence">The number of its first event, from 1.</param>
/// <param name="EventCount">How many events it holds.</param>
/// <param name="TurnId">The turn that wrote it.</param>
/// <param name="Format">The format key of the body.</param>
/// <param name="Body">The events.</param>
public sealed record HistoryBatch(long FirstSequence, int EventCount, TurnId TurnId, byte Format, ReadOnlyMemory<byte> Body);
