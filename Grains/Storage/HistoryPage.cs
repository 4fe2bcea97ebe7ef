namespace Orchestration.Grains.Storage;

/// <summary>A piece of a history, in order, whole turns only.</summary>
/// <param name="Batches">The turns.</param>
/// <param name="NextSequence">Where the next piece begins; null at the end.</param>
public sealed record HistoryPage(IReadOnlyList<HistoryBatch> Batches, long? NextSequence);
