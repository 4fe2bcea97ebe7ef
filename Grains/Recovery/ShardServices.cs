using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Recovery;

/// <summary>What all shards of a silo share.</summary>
internal sealed class ShardServices
{
    private readonly ConcurrentDictionary<int, bool> _toCome = new();
    private volatile bool _isStartingUp = true;

    public required IHistoryStore Store { get; init; }

    public required LiveRuns Live { get; init; }

    public required WakeGate Gate { get; init; }

    public required OrchestrationOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required RecoveryInstruments Instruments { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Wakes a run.</summary>
    public required Func<Wake, Task> WakeRun { get; init; }

    /// <summary>This silo's name.</summary>
    public string LocalKey { get; init; } = "";

    /// <summary>For each of these runs (grain keys), whether another silo has it in memory.</summary>
    public Func<string[], Task<bool[]>> AreLiveElsewhere { get; init; } = static keys => Task.FromResult(new bool[keys.Length]);

    /// <summary>Whether a silo hosts code that no other one does, as far as is known.</summary>
    public Func<string, ValueTask<bool>> BringsNewCode { get; init; } = static _ => ValueTask.FromResult(true);

    /// <summary>The builds of the live silos, each with a silo that has it, as far as they say.</summary>
    public Func<Task<(string Silo, string Build)[]>> LiveBuilds { get; init; } =
        static () => Task.FromResult<(string, string)[]>([]);

    /// <summary>
    /// Whether this silo is on its way into service: its code, or what it is configured with, may be new, so that all stalled
    /// runs are tried again, also those that its build was tried on before. A shard that comes later comes from another silo,
    /// and tries those alone that a live silo's build was not tried on.
    /// </summary>
    public bool IsStartingUp
    {
        get => _isStartingUp;
        private set => _isStartingUp = value;
    }

    /// <summary>
    /// The silo has started up, but for these shards of its own: they answered from where they were before, and are yet to come.
    /// </summary>
    public void HaveStartedUpBut(IEnumerable<int> shards)
    {
        foreach (var shard in shards) _toCome[shard] = true;
        IsStartingUp = false;
    }

    /// <summary>Whether a shard that comes here now comes with this silo, whose code may be new; asked once by it.</summary>
    public bool ComesWithTheSilo(int shard) => _toCome.TryRemove(shard, out _) || IsStartingUp;
}
