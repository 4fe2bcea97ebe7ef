using System.Collections.Concurrent;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// The workflow activations in this silo's memory: they keep their own timers and hear of lost silos, so recovery spares them a
/// call. It only saves work: what is missing here is woken, which is harmless. Thread-safe.
/// </summary>
/// <remarks>
/// An activation adds itself once it keeps its run's timers, and removes itself <em>before</em> it hands its near due time to the
/// shard (<see cref="Interfaces.Recovery.IShardGrain.NoteAsync"/>): the other way round the shard could take it for alive at that
/// moment.
/// </remarks>
internal sealed class LiveRuns
{
    private readonly ConcurrentDictionary<string, int> _live = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _live.Count;

    /// <summary>
    /// An activation has loaded its run and keeps its timers. Two activations of one key may overlap for a moment.
    /// </summary>
    public void Add(string workflow) => _live.AddOrUpdate(workflow, 1, static (_, count) => count + 1);

    /// <summary>An activation is going: from now on its run's time is kept by its shard.</summary>
    public void Remove(string workflow)
    {
        while (_live.TryGetValue(workflow, out var count))
        {
            var done = count == 1
                ? _live.TryRemove(KeyValuePair.Create(workflow, 1))
                : _live.TryUpdate(workflow, count - 1, count);
            if (done) return;
        }
    }

    /// <summary>Whether an activation keeps the run's time.</summary>
    public bool IsLive(string workflow) => _live.ContainsKey(workflow);
}
