using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Recovery;

/// <summary>What all shards of a silo share.</summary>
internal sealed class ShardServices
{
    public required IHistoryStore Store { get; init; }

    public required LiveRuns Live { get; init; }

    public required WakeGate Gate { get; init; }

    public required OrchestrationOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required RecoveryInstruments Instruments { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Wakes the run of that grain key; the flag says whether the wake is to be counted.</summary>
    public required Func<string, bool, Task> WakeRun { get; init; }
}
