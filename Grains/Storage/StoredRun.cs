namespace Orchestration.Grains.Storage;

/// <summary>A run with what its next reader wants of its history.</summary>
/// <param name="Record">The run.</param>
/// <param name="History">
/// Of one that is not closed, the first page of its history, no older than the record; null where none was asked for.
/// </param>
/// <param name="End">Of a closed one, its last turn.</param>
public sealed record StoredRun(RunRecord Record, HistoryPage? History, HistoryBatch? End);
