using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Workflows.Runs;

/// <summary>A run that has ended, as far as its activation still needs it.</summary>
/// <param name="Record">The run as the store lists it.</param>
/// <param name="Result">How it ended; null until it was read.</param>
/// <param name="StartedBy">The client request that started it; null where unknown or not read.</param>
/// <param name="End">Its last turn, where it was read and the result was not asked for yet.</param>
internal sealed record ClosedRun(RunRecord Record, ResultReply? Result, RequestId? StartedBy, HistoryBatch? End = null);
